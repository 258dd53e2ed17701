import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll } from '@jest/globals';
import { stopApps } from './app-process.ts';

/** A Redis that the tests of a file share. */
export interface SharedRedis {
  /** Available in tests only, not while they are declared. */
  readonly redis: TestRedis;
}

/** Starts a Redis before the tests of a file, and stops it after them and after their apps. */
export function sharedRedis(): SharedRedis {
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await stopApps();
    await redis?.stop();
  });
  return {
    get redis() {
      if (redis === undefined) throw new Error('Redis has not started yet.');
      return redis;
    },
  };
}
