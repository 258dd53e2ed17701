import { promisify } from 'node:util';
import { describeRedisLike, describeRedisStore } from '@holdfast/conformance';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
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
