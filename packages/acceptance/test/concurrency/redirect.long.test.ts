import './redirect.test.ts';
