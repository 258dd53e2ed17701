import { setTimeout as pause } from 'node:timers/promises';
import type { RedisStore } from '@holdfast/core';
import { Cookie } from 'express-session';

const PAUSE_MS = 10;

/** Stores one new session after the other, all of them in one slot, and remembers which were acknowledged. */
export class Writer {
  readonly tag: string;
  readonly acknowledged: string[] = [];
  /** When the last set began that was acknowledged. */
  lastBegan = 0;
  /** The longest that a set took since somebody put this to 0. */
  longestMs = 0;

  constructor(tag: string) {
    this.tag = tag;
  }

  /** Goes on after errors. */
  async write(store: RedisStore, end: AbortSignal): Promise<void> {
    for (let count = 0; !end.aborted; count++) {
      const [id, began] = [`${this.tag}:${count}`, Date.now()];
      const stored = await store.set(id, { cookie: new Cookie() }).then(
        () => true,
        () => false,
      );
      this.longestMs = Math.max(this.longestMs, Date.now() - began);
      if (stored) {
        this.acknowledged.push(id);
        this.lastBegan = began;
      }
      await pause(PAUSE_MS);
    }
  }
}
