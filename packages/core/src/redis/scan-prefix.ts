import { escapeGlob } from './glob.ts';
import type { RedisLike } from './redis-like.ts';

/**
 * The keys that begin with a prefix, as a scan answers them: in batches, some of which may be empty, and some keys
 * twice. What else the client answers is left out, lest it be taken for a session, and removed.
 */
export async function* keysWithPrefix(
  client: RedisLike,
  prefix: string,
  count: number,
): AsyncGenerator<string[], void, undefined> {
  for await (const keys of client.scan(`${escapeGlob(prefix)}*`, count)) {
    yield keys.filter((key) => typeof key === 'string' && key.startsWith(prefix));
  }
}
