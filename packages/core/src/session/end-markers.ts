import type { HoldfastError } from '../errors.ts';
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
   * Marks sessions as ended and removes them. Sends the commands one directly after the other, so that the marker costs no round
   * trip, and is there before the session is gone. A marker that cannot be written, for example because the memory of Redis is full,
   * is only a warning: the session must end.
   * @returns the result of the removal.
   */
  async end<Result>(
    keys: readonly string[],
    reason: EndReason,
    remove: () => Promise<Result>,
  ): Promise<Result> {
    const marking = this.#mark(keys, reason).catch(this.#onWarning);
    const removing = remove();
    // If the removal fails, the other commands must not go on behind the caller's back.
    await Promise.allSettled([marking, removing]);
    return removing;
  }

  async #mark(keys: readonly string[], reason: EndReason): Promise<void> {
    if (this.#ttlMs === 0) return;
    await Promise.all(
      keys.map((key) => this.#redis.set(this.#redis.markerOf(key), reason, this.#ttlMs)),
    );
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
