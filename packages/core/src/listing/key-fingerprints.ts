import { randomBytes } from 'node:crypto';
import { halfSipHash, type Words } from './half-sip-hash.ts';

const FIRST_SLOTS = 1024;
const MAX_LOAD = 0.7;

/**
 * Remembers which keys a scan has returned, by a hash of each key: 11 to 23 bytes a key, whatever the keys' length.
 *
 * Our own code instead of a Set, because a Set of a million keys takes more than 4 times the memory (`pnpm bench parts`).
 * The price: two keys can have the same hash of 64 bits, and then the second counts as seen. For a million keys, that
 * happens in one of 37 million scans (n² / 2^65). The hash has a random key, so that no one can choose ids that hide a
 * session.
 */
export class KeyFingerprints {
  readonly #hashKey: Words;
  /** A hash table with open addressing. Each slot is two words, of which the first is 0 if the slot is free. */
  #table = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  constructor() {
    const random = randomBytes(8);
    this.#hashKey = [random.readInt32LE(0), random.readInt32LE(4)];
  }

  /** Adds a key. Returns whether it is new. */
  add(key: string): boolean {
    const [first, second] = halfSipHash(this.#hashKey, key);
    const isNew = this.#insert(first >>> 0 || 1, second >>> 0);
    if (isNew && ++this.#size > (MAX_LOAD * this.#table.length) / 2) this.#grow();
    return isNew;
  }

  #insert(first: number, second: number): boolean {
    const table = this.#table;
    const last = table.length - 2;
    let at = (2 * second) & last;
    for (; table[at] !== 0; at = (at + 2) & last) {
      if (table[at] === first && table[at + 1] === second) return false;
    }
    table[at] = first;
    table[at + 1] = second;
    return true;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const [first = 0, second = 0] = [old[at], old[at + 1]];
      if (first !== 0) this.#insert(first, second);
    }
  }
}
