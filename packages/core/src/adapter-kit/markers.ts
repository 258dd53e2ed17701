import type { RedisLike } from '../redis/redis-like.ts';
import { hashTagOf, keyInSlot, slotOf } from './cluster-slots.ts';

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

/**
 * Implements `RedisLike.delAndMark` for a cluster, and for a client that cannot run Lua scripts: see
 * {@link setUnlessMarkedByCommands}.
 */
export async function delAndMarkByCommands(
  redis: Pick<RedisLike, 'set' | 'del' | 'markerOf'>,
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
  redis: Pick<RedisLike, 'get' | 'set' | 'del' | 'markerOf'>,
  key: string,
  value: string,
  ttlMs?: number,
): Promise<string | null> {
  const marker = redis.markerOf(key);
  const marked = await redis.get(marker);
  if (marked !== null) return marked;
  const [, markedMeanwhile] = await Promise.all([redis.set(key, value, ttlMs), redis.get(marker)]);
  if (markedMeanwhile !== null) await redis.del([key]);
  return markedMeanwhile;
}
