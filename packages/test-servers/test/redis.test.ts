import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { startRedis, type TestRedis } from '../src/index.ts';
import { expectRawCommands } from './raw-commands.ts';

describe('startRedis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('starts a server that replies to raw commands', () => expectRawCommands(redis));
});
