import { HoldfastError, invalidArgument } from './errors.ts';
import { SessionIndex } from './indexes/session-index.ts';
import { SessionList, type StoredSession } from './listing/session-list.ts';
import { type UserSession, UserSessions } from './listing/user-sessions.ts';
import { type StoreOptions, settingsFrom } from './options.ts';
import { GuardedRedis } from './redis/guarded-redis.ts';
import { Lifetimes } from './session/creation-times.ts';
import { SessionCodec } from './session/session-codec.ts';
import { checkedId, SessionKeys } from './session/session-keys.ts';
import { SessionReader } from './session/session-reader.ts';
import { SessionWriter } from './session/session-writer.ts';
import { hashOfId } from './util/handle.ts';
import { harmless, type Listeners } from './util/listeners.ts';
import { traced } from './util/tracing.ts';
import { isKeyText, isPositiveInteger, shown } from './util/values.ts';

export type { StoredSession };

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
 * Each method may be repeated without harm. Each rejects with a {@link HoldfastError} for bad input, where Redis is
 * away (`ERR_HOLDFAST_TIMEOUT`, `ERR_HOLDFAST_UNAVAILABLE`), and where it does not let the client do its work
 * (`ERR_HOLDFAST_READ_ONLY`, `ERR_HOLDFAST_UNAUTHENTICATED`, `ERR_HOLDFAST_FORBIDDEN`), and with the Redis client's own
 * error where the server refuses a command for another reason. Each that answers a promise is traced on a
 * `TracingChannel` of Node's: see {@link Trace}.
 */
export class SessionRepository<Session extends object = Record<string, unknown>> {
  readonly #keys: SessionKeys;
  readonly #index: SessionIndex<Session>;
  readonly #users: UserSessions<Session>;
  readonly #writer: SessionWriter<Session>;
  readonly #reader: SessionReader<Session>;
  readonly #list: SessionList<Session>;
  readonly #listeners: Required<Listeners>;

  /** @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION` */
  constructor(options: StoreOptions<Session>, listeners: Listeners = {}) {
    const given = settingsFrom(options);
    this.#listeners = harmless(listeners);
    const { onWarning, onOutage } = this.#listeners;
    const client = new GuardedRedis(given, onOutage);
    const settings = { ...given, client };
    const lifetimes = new Lifetimes(settings);
    const codec = new SessionCodec(settings, lifetimes);
    const keys = new SessionKeys(settings);
    const index = new SessionIndex(settings);
    const onSignIn = (user: string) => this.#users.limit(user);
    const writer = new SessionWriter(settings, codec, lifetimes, index, onSignIn);
    const reader = new SessionReader(settings, codec, lifetimes, writer, onWarning);
    this.#keys = keys;
    this.#index = index;
    this.#writer = writer;
    this.#reader = reader;
    this.#users = new UserSessions(settings, keys, index, reader);
    this.#list = new SessionList(settings, keys, index, reader);
  }

  /**
   * Reads a session. The object that it answers remembers what was read, for {@link save} and {@link touch}.
   * @returns null when there is none under this id, it has expired, or it does not open, of which `onWarning` is told.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_WRONG_TYPE`
   */
  load(id: string): Promise<Session | null> {
    return traced('get', id, async (trace) => {
      let session: Session | null = null;
      for (const key of this.#keys.of(id)) {
        session = await this.#reader.load(key);
        if (session !== null) break;
      }
      trace.outcome = session === null ? 'miss' : 'hit';
      return session;
    });
  }

  /**
   * Stores a session. An object that {@link load} answered, or that was saved before, is merged with what others stored
   * since, and where the session was ended meanwhile, nothing is stored and `onDropped` is told. Any other object is
   * stored whatever is there.
   *
   * The session lives as long as the `ttl` function says, else until its cookie's expiry, else for `ttl` seconds; with
   * `disableTTL` without end. It lives no longer than `maxLifetime` seconds in all. A session whose cookie's expiry is
   * past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`,
   *   `ERR_HOLDFAST_SERIALIZE`, `ERR_HOLDFAST_CONFLICT`, and where it would be merged with what does not open,
   *   `ERR_HOLDFAST_SEALED`; what was stored stays as it was. `onSaveError` is told, too.
   */
  save(id: string, session: Session): Promise<void> {
    return traced('set', id, async (trace) => {
      const keys = this.#keys.of(id);
      let stored: string | undefined;
      try {
        const [key, ...others] = this.#writer.keysOf(session, keys);
        stored = await this.#writer.save(key, session, trace);
        for (const other of others) await this.#writer.destroy(other);
      } catch (error) {
        this.#listeners.onSaveError({ handle: hashOfId(id), error });
        throw error;
      }
      trace.outcome ??= 'stored';
      if (stored !== undefined) return;
      this.#listeners.onDropped({ handle: hashOfId(id), reason: 'gone' });
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
      const keys = this.#writer.keysOf(session, this.#keys.of(id));
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
      for (const key of this.#keys.of(id)) {
        session = await this.#writer
          .update(key, () => this.#reader.textAt(key), change, trace)
          .catch((error) => this.#reader.nullWhereSealed(error));
        if (session !== null) break;
      }
      trace.outcome ??= session === null ? 'dropped' : 'stored';
      return session;
    });
  }

  /** Lets another object stand for the session that {@link load} answered as this one. */
  adopt(from: Session, to: Session): void {
    this.#writer.adopt(from, to);
  }

  /** Removes a session. Does nothing when there is none under this id. */
  destroy(id: string): Promise<void> {
    return traced('destroy', id, async () => {
      for (const key of this.#keys.of(id)) await this.#writer.destroy(key);
    });
  }

  /**
   * What stands for a session where others see it, as its id would let them in: SHA-256 of the id, in hexadecimal
   * digits. It is the `handle` of lists and events, with the option `hashIds` or without.
   */
  handleOf(id: string): string {
    return hashOfId(checkedId(id));
  }

  /**
   * Removes the session with this handle. Does nothing when there is none. Needs the option `hashIds`. As long as that
   * is "readPlain" or "writePlain", it costs a scan of the whole Redis, as a plain id cannot be told from its hash.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION` without the option `hashIds`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  destroyByHandle(handle: string): Promise<void> {
    return traced('destroyByHandle', handle, async () => {
      await this.#writer.destroy(this.#keys.ofHandle(handle));
      if (!this.#keys.areMixed) return;
      for await (const key of this.#list.keysWithHandle(handle)) await this.#writer.destroy(key);
    });
  }

  /**
   * The live sessions of a user, newest activity first. Needs the option `userId`. Each call reads all of the user's
   * sessions, as they alone tell when they were active. A value that cannot be read is left out and given to
   * `onWarning`.
   * @param page `offset`: how many to leave out at the beginning, default 0. `limit`: how many to answer at most,
   *   default all.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION` without the option `userId`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  listByUser(user: string, page: Page = {}): Promise<UserSession<Session>[]> {
    return traced('listByUser', undefined, async () => {
      const { offset, limit } = checkedPage(page);
      const sessions = await this.#users.of(this.#user(user));
      return sessions.slice(offset, offset + limit);
    });
  }

  /**
   * How many live sessions a user has. Needs the option `userId`.
   * @throws HoldfastError as {@link listByUser}
   */
  countByUser(user: string): Promise<number> {
    return traced('countByUser', undefined, async () => this.#users.count(this.#user(user)));
  }

  /**
   * Ends all sessions of a user. A request that has read one of them stores nothing any more; a sign-in that runs
   * meanwhile may count as a later one. Needs the option `userId`.
   * @param options `except`: the id of a session to keep, never a handle, most often the current one. Absent: none is
   *   kept.
   * @returns how many were ended.
   * @throws HoldfastError as {@link listByUser}
   */
  destroyByUser(user: string, { except }: { except?: string | undefined } = {}): Promise<number> {
    return traced('destroyByUser', undefined, async () => {
      const kept = except === undefined ? [] : this.#keys.of(except);
      return this.#users.end(this.#user(user), kept);
    });
  }

  /** Removes every session with the repository's prefix, in batches of `scanCount`. */
  clear(): Promise<void> {
    return traced('clear', undefined, () => this.#list.clear());
  }

  /**
   * Counts the sessions: with the option `trackCount` by their index, else the keys with the repository's prefix, at the
   * cost of a scan of the whole Redis. The index does not count sessions that were last saved or touched without the
   * option; one that Redis evicted, or whose beginning or end failed half way, counts until it would have expired.
   */
  length(): Promise<number> {
    return traced('length', undefined, () => this.#list.length());
  }

  /**
   * The ids of all sessions, with the option `hashIds` their handles, each once, in no order. Costs a scan of the whole
   * Redis.
   */
  ids(): Promise<string[]> {
    return traced('ids', undefined, () => this.#list.ids());
  }

  /**
   * Iterates over all sessions, each once, in no order, reading `scanCount` at a time. It remembers some 20 bytes
   * of each key that it has seen, not the sessions. A session that ends meanwhile is left out, and one that begins
   * meanwhile may be. A value that cannot be read is left out and given to `onWarning`. Costs a scan of the
   * whole Redis. Not traced, as how long it takes is for whoever iterates to say.
   */
  sessions(): AsyncGenerator<StoredSession<Session>, void, undefined> {
    return this.#list.sessions();
  }

  #user(user: string): string {
    if (!this.#index.hasUsers) {
      throw new HoldfastError(
        'ERR_HOLDFAST_INVALID_OPTION',
        'The sessions of a user can be found only with the option userId, which says whose a session is.',
      );
    }
    if (isKeyText(user)) return user;
    throw invalidArgument(
      `The user must be a well-formed string that is not empty, not ${shown(user)}.`,
    );
  }
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
