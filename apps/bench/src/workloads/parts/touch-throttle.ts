import { TouchThrottle } from '../../../../../packages/core/src/session/touch-throttle.ts';
import { count } from '../../reporting/markdown.ts';
import { DAY_MS } from '../../stores/session-data.ts';
import { REMEMBERED } from '../speed/touch-memory.ts';
import { cpuTime, inTurn } from './cpu-time.ts';
import type { Contestant, Part } from './part.ts';
import { randomKeys } from './random-keys.ts';

export const touchThrottles: Part = {
  about: `Remembers when a new session expires, and forgets the oldest of ${count(REMEMBERED)} others, because it is full. A new iterator over a
Map passes all keys that were deleted since the Map's table was last rebuilt. An iterator that goes on does not.`,
  contestants: {
    'TouchThrottle, with an LRUCache of lru-cache': noting(() => new TouchThrottle(undefined)),
    'a Map that deletes its oldest key': noting(() => new MapThrottle((map) => map.keys())),
    'a Map that deletes its oldest key, with one iterator': noting(() => {
      let keys: MapIterator<string> | undefined;
      return new MapThrottle((map) => {
        keys ??= map.keys();
        return keys;
      });
    }),
  },
};

class MapThrottle {
  readonly #expiries = new Map<string, number>();
  readonly #oldestKeys: (map: Map<string, number>) => MapIterator<string>;

  constructor(oldestKeys: (map: Map<string, number>) => MapIterator<string>) {
    this.#oldestKeys = oldestKeys;
  }

  note(key: string, ttlMs: number): void {
    this.#expiries.delete(key);
    this.#expiries.set(key, Date.now() + ttlMs);
    if (this.#expiries.size <= REMEMBERED) return;
    const { value } = this.#oldestKeys(this.#expiries).next();
    if (value !== undefined) this.#expiries.delete(value);
  }
}

function noting(create: () => Pick<MapThrottle, 'note'>): Contestant {
  return cpuTime(() => {
    const throttle = create();
    // By the time that a key comes again, it is forgotten.
    const keys = randomKeys(2 * REMEMBERED);
    for (const key of keys) throttle.note(key, DAY_MS);
    let at = 0;
    return inTurn(() => {
      at = (at + 1) % keys.length;
      throttle.note(keys[at] ?? '', DAY_MS);
    });
  });
}
