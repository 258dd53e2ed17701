import './update.test.ts';
