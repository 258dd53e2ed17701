import { HoldfastError, isSealed, isWrongType } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { RedisLike } from '../redis/redis-like.ts';
import { TimeLimit } from '../redis/time-limit.ts';
import type { Listeners } from '../util/listeners.ts';
import type { Lifetimes } from './creation-times.ts';
import type { SessionCodec } from './session-codec.ts';
import type { SessionWriter } from './session-writer.ts';

/** Reads sessions that are live, and lets the writer remember what each was read from. Says what it cannot read. */
export class SessionReader<Session extends object> {
  readonly #client: RedisLike;
  readonly #codec: SessionCodec<Session>;
  readonly #lifetimes: Lifetimes;
  readonly #writer: SessionWriter<Session>;
  readonly #onWarning: Required<Listeners>['onWarning'];
  readonly #limit: TimeLimit;

  constructor(
    { client, timeoutMs }: Pick<Settings<Session>, 'client' | 'timeoutMs'>,
    codec: SessionCodec<Session>,
    lifetimes: Lifetimes,
    writer: SessionWriter<Session>,
    onWarning: Required<Listeners>['onWarning'],
  ) {
    this.#client = client;
    this.#limit = new TimeLimit(timeoutMs);
    this.#codec = codec;
    this.#lifetimes = lifetimes;
    this.#writer = writer;
    this.#onWarning = onWarning;
  }

  /**
   * What a key holds.
   * @throws HoldfastError `ERR_HOLDFAST_WRONG_TYPE`
   */
  async textAt(key: string): Promise<string | null> {
    try {
      return await this.#get(key);
    } catch (cause) {
      throw asWrongType(key, cause);
    }
  }

  /**
   * The session at a key; null where there is none, where its life is over, and where it does not open.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_WRONG_TYPE`
   */
  async load(key: string): Promise<Session | null> {
    try {
      const text = await this.#get(key);
      const session = text === null ? null : this.read(key, text);
      return session instanceof Promise ? await session : session;
    } catch (cause) {
      return this.nullWhereSealed(asWrongType(key, cause));
    }
  }

  /**
   * Reads a key after the writes that this process was told to make before. Without that, a page that comes after a redirect
   * would miss what was saved before it.
   */
  #get(key: string): Promise<string | null> {
    const writes = this.#writer.pending(key);
    if (writes === undefined) return this.#client.get(key);
    return this.#limit.within(writes.then(() => this.#client.get(key)));
  }

  /** A session that does not open is none, lest its visitor gets an error for as long as he has the cookie. */
  nullWhereSealed(error: unknown): null {
    if (!isSealed(error)) throw error;
    this.warn(error);
    return null;
  }

  /** Tells of a stored value that counts as no session, or is left out of a list. */
  warn(error: HoldfastError): void {
    this.#onWarning(error);
  }

  /** A stored text as a session; null where its life is over, though its key is still there. */
  read(key: string, text: string): Session | null | Promise<Session | null> {
    const session = this.#codec.parse(key, text);
    if (session instanceof Promise) return session.then((read) => this.#live(key, read, text));
    return this.#live(key, session, text);
  }

  #live(key: string, session: Session, text: string): Session | null {
    if (this.#lifetimes.leftMs(session) <= 0) return null;
    this.#writer.remember(key, session, text);
    return session;
  }
}

function asWrongType(key: string, cause: unknown): unknown {
  if (!isWrongType(cause)) return cause;
  return new HoldfastError(
    'ERR_HOLDFAST_WRONG_TYPE',
    `The key ${key} does not hold a string, so something else than this store wrote it.`,
    { cause, key },
  );
}
