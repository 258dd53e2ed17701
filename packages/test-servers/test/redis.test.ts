import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedis, type TestRedis } from '../src/redis.ts';

describe('a Redis for a test', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('answers commands over its raw connection', async () => {
    const key = `holdfast-test:${process.pid}`;
    expect(await redis.raw('SET', key, 'value', 'PX', '60000')).toBe('OK');
    expect(await redis.raw('GET', key)).toBe('value');
    expect(await redis.raw('DEL', key)).toBe(1);
  });
});
