import './node-redis.test.ts';
