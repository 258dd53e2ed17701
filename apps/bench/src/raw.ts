import { startRedis, type TestRedis } from '@holdfast/test-servers';

/** Sends a command to the server that is measured. */
export type Raw = (...command: string[]) => Promise<unknown>;

/** Starts a Redis for some work, and stops it when that has ended, well or not. */
export async function onRedis<Result>(
  work: (redis: TestRedis) => Promise<Result>,
): Promise<Result> {
  const redis = await startRedis();
  try {
    return await work(redis);
  } finally {
    await redis.stop();
  }
}
