import { randomBytes } from 'node:crypto';
import { halfSipHash, type Words } from './half-sip-hash.ts';

const FIRST_SLOTS = 1024;
const MAX_LOAD = 0.7;

/**
 * Which keys a scan has answered, in 12 to 23 bytes a key, whatever the keys' length: 17 MB for a million, and as much
 * again until the garbage collector has taken the tables that became too small.
 *
 * Of each key it remembers a hash of 64 bits, so a key that was never seen can be taken for one that was: somewhere
 * among n keys with a probability of about n² / 2^65, one in 37 million for a million keys. The hash has a random key,
 * lest anybody choose ids that hide a session.
 */
export class SeenKeys {
  readonly #hashKey: Words;
  /** A hash table with open addressing: two words a slot, of which the first is 0 where the slot is free. */
  #table = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  constructor() {
    const random = randomBytes(8);
    this.#hashKey = [random.readInt32LE(0), random.readInt32LE(4)];
  }

  /** @returns whether the key is new; from now on it is not. */
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
