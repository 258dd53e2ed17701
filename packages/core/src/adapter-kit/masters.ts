import type { Masters } from '../redis/redis-like.ts';
import { hashTagOf, slotOf } from './cluster-slots.ts';

const SLOTS = 16_384;

/**
 * Implements `RedisLike.masters`.
 * @param masterOf returns a name of the master that serves a slot, as the client knows it. Undefined if it knows none.
 * @param keyPrefix what the client adds to every key.
 */
export function mastersBySlot(
  masterOf: (slot: number) => string | undefined,
  keyPrefix: string = '',
): Masters {
  return {
    of(key) {
      const physicalKey = keyPrefix + key;
      return masterOf(slotOf(hashTagOf(physicalKey) ?? physicalKey));
    },
    all() {
      const names = new Set<string>();
      for (let slot = 0; slot < SLOTS; slot++) {
        const name = masterOf(slot);
        if (name !== undefined) names.add(name);
      }
      return [...names];
    },
  };
}
