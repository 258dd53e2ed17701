import './cookies.test.ts';
