import './concurrent-requests.test.ts';
