import { setTimeout as pause } from 'node:timers/promises';
import type { RedisStore } from '@holdfast/core';
import { sessionOf } from '../sessions.ts';

const PAUSE_MS = 10;

/** A set that was acknowledged. The times come from `performance.now()`. */
interface Acknowledged {
  id: string;
  began: number;
  ended: number;
}

/** Stores one new session after the other, all of them in one slot, and remembers which were acknowledged. */
export class Writer {
  readonly tag: string;
  readonly sets: Acknowledged[] = [];
  readonly errors: unknown[] = [];
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
      const began = performance.now();
      const isStored = await store.set(id, sessionOf()).then(
        () => true,
        (error) => {
          this.errors.push(error);
          return false;
        },
      );
      if (isStored) {
        this.sets.push({ id, began, ended: performance.now() });
        if (restarts === this.#restarts) this.count++;
      }
      await pause(PAUSE_MS);
    }
  }

  /** The ids of the sessions whose set was acknowledged. */
  get acknowledged(): string[] {
    return this.sets.map(({ id }) => id);
  }

  restartCount(): void {
    this.#restarts++;
    this.count = 0;
  }
}
