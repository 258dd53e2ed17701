import type { Raw } from '../raw.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** So that no command of the filling takes long. */
const SLICE = 10_000;

const SET_MANY = `
for i = ARGV[1], ARGV[2] do
  redis.call('SET', ARGV[3] .. string.sub(redis.sha1hex(i), 1, 32), ARGV[4], 'PX', ARGV[5])
end`;

/** Stores a value under this many names of 32 random characters. Those of a smaller count are among those of a larger. */
export async function fill(raw: Raw, prefix: string, count: number, value: string): Promise<void> {
  for (let first = 1; first <= count; first += SLICE) {
    const last = Math.min(first + SLICE - 1, count);
    await raw('EVAL', SET_MANY, '0', `${first}`, `${last}`, prefix, value, `${DAY_MS}`);
  }
}

/**
 * Lets the work fill the Redis, and empties it. Who gives the bench a Redis of theirs (TEST_REDIS_URL) should not lose what
 * is in it.
 * @throws where it is not empty before.
 */
export async function inEmpty<Answer>(raw: Raw, work: () => Promise<Answer>): Promise<Answer> {
  const size = Number(await raw('DBSIZE'));
  if (size > 0) throw new Error(`The Redis has ${size} keys; scale needs one that is empty.`);
  try {
    return await work();
  } finally {
    await raw('FLUSHDB');
  }
}
