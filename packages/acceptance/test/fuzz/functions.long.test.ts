import './functions.test.ts';
