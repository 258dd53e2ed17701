import './clients.test.ts';
