import { LRUCache } from 'lru-cache';
import { clock } from '../util/clock.ts';

/** How many sessions are remembered. A session that was forgotten is touched once more than necessary. */
const MAX_SESSIONS = 50_000;

/** The default of `touchAfter`: this part of the session's life, but at most this long. */
const DEFAULT_PART = 0.01;
const DEFAULT_MAX_MS = 60_000;

/**
 * Remembers when the sessions expire that this process has written recently, by their keys, to skip touches that would
 * hardly change the expiry.
 */
export class TouchThrottle {
  /**
   * An LRU and not a Map, because a Map that deletes its oldest key at the limit takes more than 40 times as long
   * (`pnpm bench parts`), unless one iterator finds all the keys to delete. Limited by size, with size 1 for each: `max`
   * would allocate for all of them at once.
   */
  readonly #expiries = new LRUCache<string, number>({
    maxSize: MAX_SESSIONS,
    sizeCalculation: () => 1,
  });
  readonly #touchAfterMs: number | undefined;

  /** @param touchAfter the option, in seconds; undefined for its default. */
  constructor(touchAfter: number | undefined) {
    this.#touchAfterMs = touchAfter === undefined ? undefined : touchAfter * 1000;
  }

  /** Notes that a session was written with this TTL. */
  note(key: string, ttlMs: number | undefined): void {
    if (ttlMs !== undefined && this.#touchAfterMs !== 0) {
      this.#expiries.set(key, clock.now() + ttlMs);
    }
  }

  forget(key: string): void {
    this.#expiries.delete(key);
  }

  /** Returns whether a touch with this TTL would move the session's expiry by less than `touchAfter`. */
  isRecent(key: string, ttlMs: number): boolean {
    const expiresAt = this.#expiries.get(key);
    if (expiresAt === undefined) return false;
    const touchAfterMs = this.#touchAfterMs ?? Math.min(ttlMs * DEFAULT_PART, DEFAULT_MAX_MS);
    return Math.abs(clock.now() + ttlMs - expiresAt) <= Math.min(touchAfterMs, ttlMs / 2);
  }
}
