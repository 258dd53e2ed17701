import type { RedisLike } from '../redis/redis-like.ts';
import { hashTagOf, keyInSlot, slotOf } from './cluster-slots.ts';
import { isScriptRefusal, type RunScript, runScript, script } from './scripts.ts';

/**
 * KEYS[1]: the key. KEYS[2]: its marker. ARGV[1]: the text. ARGV[2]: its TTL in milliseconds, or absent. Returns {marked} if the
 * marker exists, and 1 if it stored the text.
 */
const SET_UNLESS_MARKED = script(`local marked = redis.call('GET', KEYS[2])
if marked then return {marked} end
if ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[1])
end
return 1`);

/**
 * KEYS[1]: the key. KEYS[2]: its marker. ARGV[1]: the text of the marker. ARGV[2]: its TTL in milliseconds. Returns how many keys
 * it deleted. A marker that the server refuses ends the script.
 */
const DEL_AND_MARK = script(`redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return redis.call('UNLINK', KEYS[1])`);

/** What the names of markers begin with. */
const MARKERS = 'holdfast:ended:';

/**
 * Implements `RedisLike.markerOf`. On a cluster, the part of a name between its first braces decides the slot, and without such
 * a part the whole name.
 * @param keyPrefix what the client adds to every key.
 */
export function markerInSlotOf(key: string, keyPrefix: string = ''): string {
  const physicalKey = keyPrefix + key;
  if (hashTagOf(physicalKey) !== undefined) return MARKERS + key;
  if (!physicalKey.includes('}')) return `${MARKERS}{${physicalKey}}`;
  return `${MARKERS}${keyInSlot(slotOf(physicalKey))}${key}`;
}

/** What the functions below need of the adapter that they are for. */
type Marking = Pick<RedisLike, 'isOrdered' | 'masters' | 'get' | 'set' | 'del' | 'markerOf'>;

/**
 * Implements `RedisLike.setUnlessMarked` for a client of a single server that can run Lua scripts. Where the server refuses them,
 * as {@link setUnlessMarkedByCommands} does.
 */
export async function setUnlessMarkedByScript(
  run: RunScript,
  redis: Marking,
  key: string,
  value: string,
  ttlMs?: number,
): Promise<string | null> {
  const args = ttlMs === undefined ? [value] : [value, String(ttlMs)];
  try {
    const reply = await runScript(run, SET_UNLESS_MARKED, [key, redis.markerOf(key)], args);
    return Array.isArray(reply) ? String(reply[0]) : null;
  } catch (error) {
    if (!isScriptRefusal(error)) throw error;
    return setUnlessMarkedByCommands(redis, key, value, ttlMs);
  }
}

/** Implements `RedisLike.delAndMark` in the same way. */
export async function delAndMarkByScript(
  run: RunScript,
  redis: Marking,
  key: string,
  text: string,
  ttlMs: number,
): Promise<boolean> {
  try {
    const args = [text, String(ttlMs)];
    return Number(await runScript(run, DEL_AND_MARK, [key, redis.markerOf(key)], args)) === 1;
  } catch (error) {
    if (!isScriptRefusal(error)) throw error;
    return delAndMarkByCommands(redis, key, text, ttlMs);
  }
}

/**
 * Implements `RedisLike.delAndMark` for a cluster, and for a client that cannot run Lua scripts: see
 * {@link setUnlessMarkedByCommands}.
 */
export async function delAndMarkByCommands(
  redis: Marking,
  key: string,
  text: string,
  ttlMs: number,
): Promise<boolean> {
  await redis.set(redis.markerOf(key), text, ttlMs);
  return (await redis.del([key])) === 1;
}

/**
 * Implements `RedisLike.setUnlessMarked` for a cluster, and for a client that cannot run Lua scripts. A script names two keys,
 * which a cluster refuses while their slot moves to another master. It takes one more round trip than a script. If the marker
 * appears in between, the value is there until it is deleted again.
 */
export async function setUnlessMarkedByCommands(
  redis: Marking,
  key: string,
  value: string,
  ttlMs?: number,
): Promise<string | null> {
  const marker = redis.markerOf(key);
  const marked = await redis.get(marker);
  if (marked !== null) return marked;
  const storing = redis.set(key, value, ttlMs);
  // A cluster has one connection to the server of both keys. In a pool, the marker could be read before the value is stored.
  if (!redis.isOrdered && redis.masters === undefined) await storing;
  const [, markedMeanwhile] = await Promise.all([storing, redis.get(marker)]);
  if (markedMeanwhile !== null) await redis.del([key]);
  return markedMeanwhile;
}
