import './sign-out.test.ts';
