import { escapeGlob } from '../redis/glob.ts';

/**
 * Sends one step of SCAN to one server: `SCAN cursor MATCH match COUNT count`.
 * @returns the next cursor, which is "0" at the end, and the keys that were found.
 */
export type ScanStep = (
  cursor: string,
  match: string,
  count: number,
) => Promise<readonly [cursor: unknown, keys: readonly unknown[]]>;

/**
 * Implements `RedisLike.scan` for a client of one server: follows the cursor to its end.
 * @param keyPrefix the prefix that the client adds to every key. SCAN returns it, and the caller must not see it.
 */
export async function* scanServer(
  step: ScanStep,
  match: string,
  count: number,
  keyPrefix = '',
): AsyncGenerator<string[], void, undefined> {
  const physicalMatch = escapeGlob(keyPrefix) + match;
  let cursor = '0';
  do {
    const [next, keys] = await step(cursor, physicalMatch, count);
    yield keys.map((key) => String(key).slice(keyPrefix.length));
    cursor = String(next);
  } while (cursor !== '0');
}
