import { HoldfastError, invalidArgument, isSealed, isUnreadable, isWrongType } from './errors.ts';
import { GuardedRedis } from './guarded-redis.ts';
import { keysWithPrefix } from './keys-with-prefix.ts';
import { Lifetimes } from './lifetimes.ts';
import { harmless, type Listeners } from './listeners.ts';
import { type Settings, type StoreOptions, settingsFrom } from './options.ts';
import { SeenKeys } from './seen-keys.ts';
import { SessionCodec } from './session-codec.ts';
import { hashOfId } from './session-id.ts';
import { SessionIndex } from './session-index.ts';
import { checkedId, SessionKeys } from './session-keys.ts';
import { SessionWriter } from './session-writer.ts';
import { isKeyText, isPositiveInteger, shown } from './shape.ts';
import { traced } from './tracing.ts';
import { type UserSession, UserSessions } from './user-sessions.ts';

/** A session with its id; with the option `hashIds`, with its handle in the place of that. */
export interface StoredSession<Session> {
  id: string;
  session: Session;
}

/** Which part of a list to answer. */
export interface Page {
  offset?: number | undefined;
  limit?: number | undefined;
}

/**
 * Sessions in Redis, for any framework or none. `Session` is the application's own type. The only field that the
 * repository looks at is `cookie`, which must be one as express-session has it, where there is any: its `expires`
 * says when the session ends.
 *
 * Each method may be repeated without harm. Each rejects with a {@link HoldfastError} for bad input, where Redis is away
 * (`ERR_HOLDFAST_TIMEOUT`, `ERR_HOLDFAST_UNAVAILABLE`), and where it does not let the client do its work
 * (`ERR_HOLDFAST_READ_ONLY`, `ERR_HOLDFAST_UNAUTHENTICATED`, `ERR_HOLDFAST_FORBIDDEN`), and with the Redis client's own
 * error where the server refuses a command for another reason. Each is traced on a `TracingChannel` of Node's: see
 * {@link Trace}.
 */
export class SessionRepository<Session extends object = Record<string, unknown>> {
  readonly #settings: Settings<Session>;
  readonly #sessionKeys: SessionKeys;
  readonly #lifetimes: Lifetimes;
  readonly #codec: SessionCodec<Session>;
  readonly #index: SessionIndex<Session>;
  readonly #users: UserSessions<Session>;
  readonly #writer: SessionWriter<Session>;
  readonly #listeners: Required<Listeners>;

  /** @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION` */
  constructor(options: StoreOptions<Session>, listeners: Listeners = {}) {
    const settings = settingsFrom(options);
    this.#listeners = harmless(listeners);
    const client = new GuardedRedis(settings, this.#listeners.onOutage);
    this.#settings = { ...settings, client };
    this.#sessionKeys = new SessionKeys(settings);
    this.#lifetimes = new Lifetimes(settings);
    this.#codec = new SessionCodec(settings, this.#lifetimes);
    this.#index = new SessionIndex(this.#settings);
    this.#users = new UserSessions(this.#settings, this.#sessionKeys, this.#index, (key, text) =>
      this.#readLive(key, text),
    );
    this.#writer = new SessionWriter(
      this.#settings,
      this.#codec,
      this.#lifetimes,
      this.#index,
      (user) => this.#users.limit(user),
    );
  }

  /**
   * Reads a session. The object that it answers remembers what was read, for {@link save} and {@link touch}.
   * @returns null when there is none under this id, it has expired, or it does not open, of which `onWarning` is told.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_WRONG_TYPE`
   */
  load(id: string): Promise<Session | null> {
    return traced('get', id, async (trace) => {
      let session: Session | null = null;
      for (const key of this.#sessionKeys.of(id)) {
        session = await this.#loadFrom(key);
        if (session !== null) break;
      }
      trace.outcome = session === null ? 'miss' : 'hit';
      return session;
    });
  }

  /**
   * Stores a session. An object that {@link load} answered, or that was saved before, is merged with what others stored
   * since, and where the session was ended meanwhile, nothing is stored and `onDropped` is told. Any other object is stored
   * whatever is there.
   *
   * The session lives as long as the `ttl` function says, else until its cookie's expiry, else for `ttl` seconds; with
   * `disableTTL` without end. It lives no longer than `maxLifetime` seconds in all. A session whose cookie's expiry is past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`,
   *   `ERR_HOLDFAST_SERIALIZE`, `ERR_HOLDFAST_CONFLICT`, and where it would be merged with what does not open,
   *   `ERR_HOLDFAST_SEALED`; what was stored stays as it was. `onUnsaved` is told, too.
   */
  save(id: string, session: Session): Promise<void> {
    return traced('set', id, async (trace) => {
      const keys = this.#sessionKeys.of(id);
      let stored: string | undefined;
      try {
        const [key, ...others] = this.#writer.keysOf(session, keys);
        stored = await this.#writer.save(key, session, trace);
        for (const other of others) await this.#writer.destroy(other);
      } catch (error) {
        this.#listeners.onUnsaved({ idHash: hashOfId(id), error });
        throw error;
      }
      trace.outcome ??= 'stored';
      if (stored !== undefined) return;
      this.#listeners.onDropped({ idHash: hashOfId(id), reason: 'gone' });
    });
  }

  /**
   * Puts off the end of a stored session, as {@link save} would set it, and leaves its content alone, but for the
   * cookie of a session that {@link load} answered, which is brought up to date. Does nothing when none is stored under
   * this id, or with `disableTouch` or `disableTTL`. A session whose cookie's expiry is past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`; the expiry stays as
   *   it was.
   */
  touch(id: string, session: Session): Promise<void> {
    return traced('touch', id, async (trace) => {
      const keys = this.#writer.keysOf(session, this.#sessionKeys.of(id));
      const due = keys.filter((key) => this.#writer.isToTouch(key, session));
      for (const key of due) await this.#writer.touch(key, session, trace);
      trace.outcome ??= due.length > 0 ? 'stored' : 'skipped';
    });
  }

  /**
   * Changes a stored session atomically: reads it, lets `change` work on it, and stores it where nobody else wrote
   * meanwhile; else starts anew with what is there then. For counters and lists.
   * @param change changes the session that it is given in place. May be async, may be called again, and must not
   *   itself wait for an update of the same session. What it answers is not used; what it throws ends the update.
   * @returns the session as stored; null where {@link load} answers null, and where `change` let its cookie end it.
   * @throws HoldfastError `ERR_HOLDFAST_CONFLICT`, and what {@link load} and {@link save} throw
   */
  update(id: string, change: (session: Session) => unknown): Promise<Session | null> {
    return traced('update', id, async (trace) => {
      let session: Session | null = null;
      for (const key of this.#sessionKeys.of(id)) {
        session = await this.#writer
          .update(key, () => this.#get(key), change)
          .catch((error) => this.#nullWhereSealed(error));
        if (session !== null) break;
      }
      trace.outcome = session === null ? 'dropped' : 'stored';
      return session;
    });
  }

  /** Lets another object stand for the session that {@link load} answered as this one. */
  carryOver(from: Session, to: Session): void {
    this.#writer.carryOver(from, to);
  }

  /** Removes a session. Does nothing when there is none under this id. */
  destroy(id: string): Promise<void> {
    return traced('destroy', id, async () => {
      for (const key of this.#sessionKeys.of(id)) await this.#writer.destroy(key);
    });
  }

  /**
   * What stands for a session where others see it, as its id would let them in: SHA-256 of the id, in hexadecimal digits. It is
   * the `idHash` of lists and events, with the option `hashIds` or without.
   */
  handleOf(id: string): string {
    return hashOfId(checkedId(id));
  }

  /**
   * Removes the session with this handle. Does nothing when there is none. Needs the option `hashIds`. As long as that is
   * "readPlain" or "writePlain", it costs a scan of the whole Redis, as a plain id cannot be told from its hash.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION` without the option `hashIds`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  destroyHandle(handle: string): Promise<void> {
    return traced('destroyHandle', undefined, async () => {
      await this.#writer.destroy(this.#sessionKeys.ofHandle(handle));
      if (!this.#sessionKeys.areMixed) return;
      for await (const keys of this.#keys()) {
        const plain = keys.find((key) => this.#sessionKeys.handleAt(key) === handle);
        if (plain !== undefined) await this.#writer.destroy(plain);
      }
    });
  }

  /**
   * The live sessions of a user, newest activity first. Needs the option `index`. Each call reads all of the user's
   * sessions, as they alone tell when they were active. A value that cannot be read is left out and given to `onWarning`.
   * @param page `offset`: how many to leave out at the beginning, default 0. `limit`: how many to answer at most, default
   *   all.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION` without the option `index`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  sessionsOf(user: string, page: Page = {}): Promise<UserSession<Session>[]> {
    return traced('sessionsOf', undefined, async () => {
      const { offset, limit } = checkedPage(page);
      const sessions = await this.#users.of(this.#user(user), (warning) =>
        this.#listeners.onWarning(warning),
      );
      return sessions.slice(offset, offset + limit);
    });
  }

  /**
   * How many live sessions a user has. Needs the option `index`.
   * @throws HoldfastError as {@link sessionsOf}
   */
  countOf(user: string): Promise<number> {
    return traced('countOf', undefined, async () => this.#users.count(this.#user(user)));
  }

  /**
   * Ends all sessions of a user. A request that has read one of them stores nothing any more; a sign-in that runs
   * meanwhile may count as a later one. Needs the option `index`.
   * @param options `except`: the id of a session to keep, never a handle, most often the current one. Absent: none is kept.
   * @returns how many were ended.
   * @throws HoldfastError as {@link sessionsOf}
   */
  destroyAllOf(user: string, { except }: { except?: string | undefined } = {}): Promise<number> {
    return traced('destroyAllOf', undefined, async () => {
      const kept = except === undefined ? [] : this.#sessionKeys.of(except);
      return this.#users.end(this.#user(user), kept);
    });
  }

  /** Removes every session with the repository's prefix, in batches of `scanCount`. */
  clear(): Promise<void> {
    return traced('clear', undefined, async () => {
      for await (const keys of this.#keys()) await this.#settings.client.del(keys);
      await this.#index.sweep();
    });
  }

  /**
   * Counts the sessions: with the option `countable` by their index, else the keys with the repository's prefix, at the
   * cost of a scan of the whole Redis. The index does not count sessions that were last saved or touched without the
   * option; one that Redis evicted, or whose beginning or end failed half way, counts until it would have expired.
   */
  length(): Promise<number> {
    return traced('length', undefined, async () => {
      if (this.#settings.countable) return this.#index.length();
      let length = 0;
      for await (const keys of this.#keys()) length += keys.length;
      return length;
    });
  }

  /** The ids of all sessions, with the option `hashIds` their handles, each once, in no order. Costs a scan of the whole Redis. */
  ids(): Promise<string[]> {
    return traced('ids', undefined, async () => {
      const ids: string[] = [];
      for await (const keys of this.#keys()) {
        for (const key of keys) ids.push(this.#sessionKeys.listedId(key));
      }
      return ids;
    });
  }

  /**
   * Iterates over all sessions, each once, in no order, reading `scanCount` at a time. It remembers some 20 bytes
   * of each key that it has seen, not the sessions. A session that ends meanwhile is left out, and one that begins
   * meanwhile may be. A value that cannot be read is left out and given to `onWarning`. Costs a scan of the
   * whole Redis.
   */
  async *sessions(): AsyncGenerator<StoredSession<Session>, void, undefined> {
    for await (const keys of this.#keys()) {
      const texts = await this.#settings.client.mget(keys);
      const read = keys.map((key, index) => this.#listed(key, texts[index] ?? null));
      for (const session of await Promise.all(read)) {
        if (session !== undefined) yield session;
      }
    }
  }

  /** The keys with the prefix, each once, in batches of `scanCount` whatever the size of the server's. */
  async *#keys(): AsyncGenerator<string[], void, undefined> {
    const { client, prefix, scanCount } = this.#settings;
    const seen = new SeenKeys();
    let batch: string[] = [];
    for await (const keys of keysWithPrefix(client, prefix, scanCount)) {
      for (const key of keys) {
        if (!seen.add(key)) continue;
        batch.push(key);
        if (batch.length < scanCount) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  /** undefined for a session that has ended, and for a value that cannot be read. */
  async #listed(key: string, text: string | null): Promise<StoredSession<Session> | undefined> {
    try {
      // MGET answers null for a key of another type too; GET tells which it is.
      const current = text ?? (await this.#get(key));
      if (current === null) return undefined;
      const session = await this.#readLive(key, current);
      return session === null ? undefined : { id: this.#sessionKeys.listedId(key), session };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#listeners.onWarning(error);
      return undefined;
    }
  }

  async #get(key: string): Promise<string | null> {
    try {
      return await this.#settings.client.get(key);
    } catch (cause) {
      throw asWrongType(key, cause);
    }
  }

  async #loadFrom(key: string): Promise<Session | null> {
    try {
      const text = await this.#settings.client.get(key);
      const session = text === null ? null : this.#readLive(key, text);
      return session instanceof Promise ? await session : session;
    } catch (cause) {
      return this.#nullWhereSealed(asWrongType(key, cause));
    }
  }

  /** A session that does not open is none, lest its visitor gets an error for as long as he has the cookie. */
  #nullWhereSealed(error: unknown): null {
    if (!isSealed(error)) throw error;
    this.#listeners.onWarning(error);
    return null;
  }

  /** null for a session whose life is over, though its key is still there. */
  #readLive(key: string, text: string): Session | null | Promise<Session | null> {
    const session = this.#codec.parse(key, text);
    if (session instanceof Promise) return session.then((read) => this.#live(key, read, text));
    return this.#live(key, session, text);
  }

  #live(key: string, session: Session, text: string): Session | null {
    if (this.#lifetimes.leftMs(session) <= 0) return null;
    this.#writer.remember(key, session, text);
    return session;
  }

  #user(user: string): string {
    if (!this.#index.hasUsers) {
      throw new HoldfastError(
        'ERR_HOLDFAST_INVALID_OPTION',
        'The sessions of a user can be found only with the option index, which says whose a session is.',
      );
    }
    if (isKeyText(user)) return user;
    throw invalidArgument(
      `The user must be a well-formed string that is not empty, not ${shown(user)}.`,
    );
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

function checkedPage({ offset = 0, limit = Number.POSITIVE_INFINITY }: Page): {
  offset: number;
  limit: number;
} {
  if (offset !== 0 && !isPositiveInteger(offset)) {
    throw invalidArgument(`The offset must be a whole number, at least 0, not ${shown(offset)}.`);
  }
  if (limit !== Number.POSITIVE_INFINITY && !isPositiveInteger(limit)) {
    throw invalidArgument(`The limit must be a whole number, at least 1, not ${shown(limit)}.`);
  }
  return { offset, limit };
}
