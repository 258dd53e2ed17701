import { type HoldfastError, isUnavailable } from '../errors.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';

/**
 * Why a session was ended.
 *
 * - `signedOut`: by `destroy`, as in a sign-out.
 * - `regenerated`: by `regenerate`, as in a sign-in. The browser has a new session.
 * - `elsewhere`: by `destroyByUser` or `destroyByHandle`.
 * - `limit`: by the option `maxPerUser`.
 */
export type EndReason = 'signedOut' | 'regenerated' | 'elsewhere' | 'limit';

const REASONS: readonly string[] = ['signedOut', 'regenerated', 'elsewhere', 'limit'];

/** The options that {@link EndMarkers} uses. */
export interface MarkerSettings {
  client: GuardedRedis;
  rememberEnded: number;
  concurrency: 'merge' | 'overwrite';
}

/** Remembers for a while which sessions were ended and why, each in a key beside that of the session. */
export class EndMarkers {
  readonly #redis: GuardedRedis;
  readonly #ttlMs: number;
  readonly #keepsEnded: boolean;
  readonly #onWarning: (error: HoldfastError) => void;

  constructor(
    { client, rememberEnded, concurrency }: MarkerSettings,
    onWarning: (error: HoldfastError) => void,
  ) {
    this.#onWarning = onWarning;
    this.#redis = client;
    this.#ttlMs = rememberEnded * 1000;
    this.#keepsEnded = rememberEnded > 0 && concurrency === 'merge';
  }

  /**
   * Marks sessions as ended and removes them.
   * @returns how many of them existed.
   */
  async end(keys: readonly string[], reason: EndReason): Promise<number> {
    if (this.#ttlMs === 0) return this.#redis.del(keys);
    const ending = await Promise.allSettled(keys.map((key) => this.#endOne(key, reason)));
    let ended = 0;
    for (const end of ending) {
      if (end.status === 'rejected') throw end.reason;
      ended += end.value;
    }
    return ended;
  }

  /**
   * A marker that the server refuses, for example because its memory is full, is only a warning: the session must end. If it only
   * refuses the script, sends the commands one by one.
   */
  async #endOne(key: string, reason: EndReason): Promise<number> {
    try {
      return Number(await this.#redis.delAndMark(key, reason, this.#ttlMs));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const isMarked = await this.#mark(key, reason);
      const ended = await this.#redis.del([key]);
      if (!isMarked) this.#onWarning(error as HoldfastError);
      return ended;
    }
  }

  async #mark(key: string, reason: EndReason): Promise<boolean> {
    try {
      await this.#redis.set(this.#redis.markerOf(key), reason, this.#ttlMs);
      return true;
    } catch {
      return false;
    }
  }

  /** Returns why the session under a key was ended. Undefined if that is not remembered. */
  async reasonOf(key: string): Promise<EndReason | undefined> {
    if (this.#ttlMs === 0) return undefined;
    const text = await this.#redis.get(this.#redis.markerOf(key));
    return isReason(text) ? text : undefined;
  }

  /**
   * Stores a session, unless it is marked as ended. With `concurrency: "overwrite"`, stores it in any case.
   * @returns whether the session was stored.
   */
  async store(key: string, text: string, ttlMs: number | undefined): Promise<boolean> {
    if (this.#keepsEnded) return (await this.#redis.setUnlessMarked(key, text, ttlMs)) === null;
    await this.#redis.set(key, text, ttlMs);
    return true;
  }
}

function isReason(text: string | null): text is EndReason {
  return text !== null && REASONS.includes(text);
}
