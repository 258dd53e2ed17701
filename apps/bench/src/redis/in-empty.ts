import type { Raw } from './servers.ts';

/**
 * Lets the work fill the server, and empties it afterward. Refuses a server that has keys, because TEST_REDIS_URL can name
 * one with data that matters.
 * @throws Error if the server has keys.
 */
export async function inEmpty<Result>(raw: Raw, work: () => Promise<Result>): Promise<Result> {
  const size = Number(await raw('DBSIZE'));
  if (size > 0) throw new Error(`The Redis server has ${size} keys; scale needs an empty one.`);
  try {
    return await work();
  } finally {
    await raw('FLUSHDB');
  }
}
