import { LRUCache } from 'lru-cache';

/** How many sessions are remembered at most. One that is forgotten is touched once more than it need be. */
const MAX_SESSIONS = 50_000;

/**
 * How long after a write a touch may be left out by default: a part of the session's life, but not longer than this.
 */
const DEFAULT_PART = 0.01;
const DEFAULT_MAX_MS = 60_000;

/** When the sessions expire that this process has written lately, in milliseconds since 1970, by their keys. */
export class WrittenExpiries {
  /** By size, each being one: a maximal number would take room for all at once. */
  readonly #expiries = new LRUCache<string, number>({
    maxSize: MAX_SESSIONS,
    sizeCalculation: () => 1,
  });
  readonly #touchAfterMs: number | undefined;

  /** @param touchAfter the option, in seconds. */
  constructor(touchAfter: number | undefined) {
    this.#touchAfterMs = touchAfter === undefined ? undefined : touchAfter * 1000;
  }

  /** Notes that a session was written, to live for this long. */
  note(key: string, ttlMs: number | undefined): void {
    if (ttlMs !== undefined && this.#touchAfterMs !== 0)
      this.#expiries.set(key, Date.now() + ttlMs);
  }

  forget(key: string): void {
    this.#expiries.delete(key);
  }

  /** Whether a session that is to live for this long from now was written to expire at nearly the same time. */
  isRecent(key: string, ttlMs: number): boolean {
    const written = this.#expiries.get(key);
    if (written === undefined) return false;
    const wanted = this.#touchAfterMs ?? Math.min(ttlMs * DEFAULT_PART, DEFAULT_MAX_MS);
    return Math.abs(Date.now() + ttlMs - written) <= Math.min(wanted, ttlMs / 2);
  }
}
