import './ioredis.test.ts';
