import type { Raw } from './servers.ts';

/** Longer than any run. */
const EXPIRY_MS = 24 * 60 * 60 * 1000;
/** How many keys one command stores, so that no command takes long. */
const SLICE = 10_000;

const SET_MANY = `
for i = ARGV[1], ARGV[2] do
  redis.call('SET', ARGV[3] .. string.sub(redis.sha1hex(i), 1, 32), ARGV[4], 'PX', ARGV[5])
end`;

/** Stores a value under `count` names of 32 hexadecimal digits. A larger count includes the names of a smaller one. */
export async function fill(raw: Raw, prefix: string, count: number, value: string): Promise<void> {
  for (let first = 1; first <= count; first += SLICE) {
    const last = Math.min(first + SLICE - 1, count);
    await raw('EVAL', SET_MANY, '0', `${first}`, `${last}`, prefix, value, `${EXPIRY_MS}`);
  }
}
