/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** At least `from`, and less than `to`. */
  between(from: number, to: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return from + (((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * (to - from);
  }

  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to));
  }

  oneOf<Item>(items: readonly Item[]): Item {
    return items[this.whole(0, items.length)] as Item;
  }
}
