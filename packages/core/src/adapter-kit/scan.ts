import { escapeGlob } from '../redis/glob.ts';

/**
 * One step of SCAN on one server: `SCAN cursor MATCH match COUNT count`.
 * @returns the next cursor, "0" at the end, and the keys found.
 */
export type ScanStep = (
  cursor: string,
  match: string,
  count: number,
) => Promise<readonly [cursor: unknown, keys: readonly unknown[]]>;

/**
 * `RedisLike.scan` for a client of one server that can send SCAN: follows the cursor to its end.
 * @param keyPrefix what the client itself puts before every key. SCAN sees it, and the caller must not.
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
