import { HoldfastError, isUnreadable, isWrongType } from '../errors.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';
import { TimeLimit } from '../redis/time-limit.ts';
import type { Listeners } from '../util/listeners.ts';
import type { CreationTimes } from './creation-times.ts';
import type { SessionCodec } from './session-codec.ts';
import { handleAt } from './session-keys.ts';
import type { Snapshots } from './snapshots.ts';
import type { WriteQueue } from './write-queue.ts';

/** The parts that {@link SessionReader} uses. */
export interface ReaderParts<Session extends object> {
  readonly redis: GuardedRedis;
  readonly prefix: string;
  readonly codec: SessionCodec<Session>;
  readonly creationTimes: CreationTimes;
  readonly snapshots: Snapshots<Session>;
  readonly queue: WriteQueue;
}

/** Reads sessions that have not expired, takes a snapshot of each, and reports what cannot be read. */
export class SessionReader<Session extends object> {
  readonly #parts: ReaderParts<Session>;
  readonly #limit: TimeLimit;
  readonly #onWarning: Required<Listeners>['onWarning'];

  constructor(
    timeoutMs: number,
    parts: ReaderParts<Session>,
    onWarning: Required<Listeners>['onWarning'],
  ) {
    this.#parts = parts;
    this.#limit = new TimeLimit(timeoutMs);
    this.#onWarning = onWarning;
  }

  /**
   * Reads what a key holds.
   * @throws HoldfastError `ERR_HOLDFAST_WRONG_TYPE`
   */
  async textAt(key: string): Promise<string | null> {
    try {
      return await this.#get(key);
    } catch (cause) {
      throw this.#explainWrongType(key, cause);
    }
  }

  /**
   * Reads the session under a key.
   * @returns null if there is none, if it has expired, or if it cannot be read.
   */
  async load(key: string): Promise<Session | null> {
    try {
      const text = await this.#get(key);
      return text === null ? null : await this.parse(key, text);
    } catch (cause) {
      this.warnIfUnreadable(this.#explainWrongType(key, cause));
      return null;
    }
  }

  /**
   * Reads a key after the writes that this process has requested for it. Without this, the page after a redirect would miss
   * what was saved before it. The writes and the read share one time limit. While Redis is known to be away, fails at once.
   */
  #get(key: string): Promise<string | null> {
    const { redis, queue } = this.#parts;
    const writes = queue.settled(key);
    if (writes === undefined || redis.isUnavailable(key)) return redis.get(key);
    return this.#limit.within(writes.then(() => redis.get(key)));
  }

  /**
   * Reports a value that cannot be read, and throws any other error. The caller must treat the session as missing:
   * otherwise every request with that cookie would fail.
   */
  warnIfUnreadable(error: unknown): void {
    if (!isUnreadable(error)) throw error;
    this.warn(error);
  }

  /** Reports a stored value that counts as a missing session, or that a list skips. */
  warn(error: HoldfastError): void {
    this.#onWarning(error);
  }

  /** Reads a stored text as a session. Null if the session has expired although its key is still there. */
  async parse(key: string, text: string): Promise<Session | null> {
    const { codec, creationTimes, snapshots } = this.#parts;
    const session = await codec.parse(key, text);
    if (creationTimes.remainingMs(session) <= 0) return null;
    snapshots.take(key, session, text);
    return session;
  }

  #explainWrongType(key: string, cause: unknown): unknown {
    if (!isWrongType(cause)) return cause;
    const handle = handleAt(key, this.#parts.prefix);
    return new HoldfastError(
      'ERR_HOLDFAST_WRONG_TYPE',
      `The key of the session with the handle ${handle} does not hold a string, so another program than this store wrote it. The session counts as missing.`,
      { cause: cause.cause, handle },
    );
  }
}
