import { keyInSlot, slotOf } from './cluster-slots.ts';

/** What the names of markers begin with. */
export const MARKERS = 'holdfast:ended:';

/**
 * Implements `RedisLike.markerOf`. On a cluster, the part of a name between its first braces decides the slot, and without such
 * a part the whole name.
 * @param keyPrefix what the client adds to every key.
 */
export function markerInSlotOf(key: string, keyPrefix: string = ''): string {
  const physicalKey = keyPrefix + key;
  if (HASH_TAG.test(physicalKey)) return MARKERS + key;
  if (!physicalKey.includes('}')) return `${MARKERS}{${physicalKey}}`;
  return `${MARKERS}${keyInSlot(slotOf(physicalKey))}${key}`;
}

/** The first braces of a name, with something between them. */
const HASH_TAG = /^[^{]*\{[^}]+\}/;
