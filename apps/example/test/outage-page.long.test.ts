import { expect, test } from '@jest/globals';
import { REAL_TIMERS, startApp } from './app-process.ts';
import { expectOutage } from './frozen-redis.ts';

test('an app with ioredis refuses requests while Redis is frozen, and serves them after that', async () => {
  const app = await startApp({ HOLDFAST_CLIENT: 'ioredis', ...REAL_TIMERS }, ['--redis']);
  await expectOutage(app);
  expect(await app.stop()).toBe(0);
});
