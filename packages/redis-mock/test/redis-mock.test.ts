import { promisify } from 'node:util';
import { describeRedisLike, describeRedisStore } from '@holdfast/conformance';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import redisMock from 'redis-mock';
import { fromRedisMock } from '../src/index.ts';

/** Another client of the same memory. It has no scripts to forget. */
const probe = redisMock.createClient();
const raw = async (name: string, key: string, ...args: string[]): Promise<unknown> =>
  name === 'SCRIPT'
    ? 'OK'
    : promisify(Reflect.get(probe, name.toLowerCase())).call(probe, key, ...args);

const factory = async () => ({
  redis: fromRedisMock(redisMock.createClient()),
  raw,
  close: async () => {},
});

describeRedisLike({ describe, test, beforeAll, afterAll }, 'redis-mock', factory);
describeRedisStore({ describe, test, beforeAll, afterAll }, 'redis-mock', factory);

test('keeps keys apart from what every object has', async () => {
  const redis = fromRedisMock(redisMock.createClient());
  const keys = ['__proto__', 'constructor', '\ue000_constructor'];
  expect(await redis.mget(keys)).toEqual([null, null, null]);
  for (const key of keys) await redis.set(key, `value of ${key}`);
  expect(await redis.mget(keys)).toEqual(keys.map((key) => `value of ${key}`));
  const found: string[] = [];
  for await (const batch of redis.scan('*', 100)) found.push(...batch);
  expect(found).toEqual(expect.arrayContaining(keys));
  expect(await redis.del(keys)).toBe(3);
});
