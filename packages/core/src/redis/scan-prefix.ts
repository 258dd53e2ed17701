import { escapeGlob } from './glob.ts';
import type { GuardedRedis } from './guarded-redis.ts';

/**
 * Scans for the keys that begin with a prefix. Batches may be empty, and a key may come twice. Drops keys that do not
 * begin with the prefix, in case the client returns any: callers take these keys for sessions, and may delete them.
 */
export async function* scanPrefix(
  redis: GuardedRedis,
  prefix: string,
  count: number,
): AsyncGenerator<string[], void, undefined> {
  for await (const keys of redis.scan(`${escapeGlob(prefix)}*`, count)) {
    yield keys.filter((key) => typeof key === 'string' && key.startsWith(prefix));
  }
}
