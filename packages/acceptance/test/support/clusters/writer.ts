import { setTimeout as pause } from 'node:timers/promises';
import type { RedisStore } from '@holdfast/core';
import { sessionOf } from '../sessions.ts';

const PAUSE_MS = 10;

/** Stores one new session after the other, all of them in one slot, and remembers which were acknowledged. */
export class Writer {
  readonly tag: string;
  readonly acknowledged: string[] = [];
  /** How many sets were acknowledged that began after the last call of {@link restartCount}. */
  count = 0;
  #restarts = 0;

  constructor(tag: string) {
    this.tag = tag;
  }

  /** Goes on after errors. */
  async write(store: RedisStore, end: AbortSignal): Promise<void> {
    for (let number = 0; !end.aborted; number++) {
      const id = `${this.tag}:${number}`;
      const restarts = this.#restarts;
      const isStored = await store.set(id, sessionOf()).then(
        () => true,
        () => false,
      );
      if (isStored) {
        this.acknowledged.push(id);
        if (restarts === this.#restarts) this.count++;
      }
      await pause(PAUSE_MS);
    }
  }

  restartCount(): void {
    this.#restarts++;
    this.count = 0;
  }
}
