import './iovalkey.test.ts';
