import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCluster, startRedis, startSentinels } from '../src/index.ts';

const starts = { startRedis, startCluster, startSentinels };

describe.each(Object.entries(starts))('what %s starts', (_, start) => {
  let redis: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    redis = await start();
  });
  afterAll(() => redis.stop());

  test('answers commands over its raw connection', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `holdfast-test:${process.pid}:${index}`);
    for (const key of keys) expect(await redis.raw('SET', key, key, 'PX', '60000')).toBe('OK');
    for (const key of keys) expect(await redis.raw('GET', key)).toBe(key);
    for (const key of keys) expect(await redis.raw('DEL', key)).toBe(1);
    expect(await redis.raw('SCRIPT', 'FLUSH')).toBeTruthy();
  });
});
