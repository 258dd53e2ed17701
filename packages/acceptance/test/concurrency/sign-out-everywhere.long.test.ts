import './sign-out-everywhere.test.ts';
