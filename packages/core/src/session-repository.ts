import { invalidArgument } from './errors.ts';
import { IndexRisks } from './indexes/index-risks.ts';
import { SessionIndex } from './indexes/session-index.ts';
import { checkedUser } from './indexes/user-id.ts';
import { WriteIndex } from './indexes/write-index.ts';
import { SessionList, type StoredSession } from './listing/session-list.ts';
import { type UserSession, UserSessions } from './listing/user-sessions.ts';
import { type OptionOwner, type RepositoryOptions, settingsFrom } from './options.ts';
import { GuardedRedis } from './redis/guarded-redis.ts';
import { CreationTimes } from './session/creation-times.ts';
import { EndMarkers, type EndReason } from './session/end-markers.ts';
import { EntryWatch } from './session/entry-watch.ts';
import { IndexedWrites } from './session/indexed-writes.ts';
import type { Path } from './session/merge.ts';
import { SessionCodec } from './session/session-codec.ts';
import { checkedId, SessionKeys } from './session/session-keys.ts';
import { SessionOwners } from './session/session-owners.ts';
import { SessionReader } from './session/session-reader.ts';
import { SessionUpdater, type UpdateResult } from './session/session-updater.ts';
import { SessionWriter } from './session/session-writer.ts';
import { Snapshots } from './session/snapshots.ts';
import { TouchThrottle } from './session/touch-throttle.ts';
import { SessionTtl } from './session/ttl.ts';
import { WriteQueue } from './session/write-queue.ts';
import { handleOf } from './util/handle.ts';
import { isolatedListeners, type Listeners } from './util/listeners.ts';
import { didYouMean, invalidOption } from './util/option-checks.ts';
import { noteDropped } from './util/session-saves.ts';
import { traced, type WriteOutcome } from './util/tracing.ts';
import { describeValue, isPositiveInteger, isRecord } from './util/values.ts';
import { rememberInstance, wrappable } from './util/wrappable.ts';

/** Which part of a list to return. */
export interface Page {
  /** How many items to skip. Default 0. */
  offset?: number | undefined;
  /** How many items to return at most. Default: all. */
  limit?: number | undefined;
}

/**
 * Sessions in Redis, for any framework or none. `Session` is the application's own type. The repository reads only its
 * field `cookie`, if there is one: it must be a cookie as in express-session, whose `expires` says when the session ends.
 *
 * Every method may be repeated without harm. Every method rejects with a {@link HoldfastError} for bad input, while Redis is
 * unavailable (`ERR_HOLDFAST_TIMEOUT`, `ERR_HOLDFAST_UNAVAILABLE`), and when Redis refuses the client
 * (`ERR_HOLDFAST_READ_ONLY`, `ERR_HOLDFAST_UNAUTHENTICATED`, `ERR_HOLDFAST_FORBIDDEN`). If the server refuses a command for
 * another reason, it rejects with `ERR_HOLDFAST_REJECTED`. Every method that returns a promise is traced on a
 * `TracingChannel` of Node's: see {@link Trace}.
 */
export class SessionRepository<Session extends object = Record<string, unknown>> {
  readonly #keys: SessionKeys;
  readonly #index: SessionIndex<Session>;
  readonly #markers: EndMarkers;
  readonly #snapshots: Snapshots<Session>;
  readonly #reader: SessionReader<Session>;
  readonly #writer: SessionWriter<Session>;
  readonly #updater: SessionUpdater<Session>;
  readonly #users: UserSessions<Session>;
  readonly #list: SessionList<Session>;
  readonly #entryWatch: EntryWatch<Session>;
  readonly #listeners: Required<Listeners>;

  static {
    wrappable(SessionRepository);
  }

  /**
   * @param owner the class that the options were given to. For the stores of this package.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION`
   */
  constructor(
    options: RepositoryOptions<Session>,
    listeners: Listeners = {},
    owner: OptionOwner = 'SessionRepository',
  ) {
    rememberInstance(this);
    this.#listeners = isolatedListeners(listeners);
    const { onWarning, onOutage } = this.#listeners;
    const unguarded = settingsFrom(options, owner);
    const redis = new GuardedRedis(unguarded, onOutage);
    const settings = { ...unguarded, client: redis };
    const { prefix, timeoutMs, touchAfter } = settings;

    const creationTimes = new CreationTimes(settings);
    const codec = new SessionCodec(settings, creationTimes);
    const index = new SessionIndex(settings);
    const snapshots = new Snapshots(index, creationTimes);
    const queue = new WriteQueue(timeoutMs);
    const owners = new SessionOwners(redis, codec, index);
    const ttl = new SessionTtl(settings, creationTimes);
    const throttle = new TouchThrottle(touchAfter);
    const writeIndex = new WriteIndex(
      index,
      (id, text) => owners.ofText(prefix + id, text),
      (user) => this.#users.limit(user),
    );
    const markers = new EndMarkers(settings, onWarning);
    const risks = new IndexRisks(redis, onWarning);
    const parts = {
      redis,
      prefix,
      codec,
      ttl,
      index,
      owners,
      throttle,
      markers,
      snapshots,
      creationTimes,
      risks,
    };
    const writes = new IndexedWrites(parts);
    const writerParts = { ...parts, queue, writes, writeIndex };

    this.#keys = new SessionKeys(settings);
    this.#index = index;
    this.#markers = markers;
    this.#snapshots = snapshots;
    this.#reader = new SessionReader(timeoutMs, { ...parts, queue }, onWarning);
    this.#writer = new SessionWriter(settings, writerParts);
    this.#updater = new SessionUpdater(writerParts);
    this.#users = new UserSessions(settings, { ...parts, keys: this.#keys, reader: this.#reader });
    this.#entryWatch = new EntryWatch(parts);
    this.#list = new SessionList(settings, this.#keys, index, this.#reader);
  }

  /**
   * Reads a session. Remembers what it read for a later {@link save} or {@link touch} of the same object. Waits for
   * each save, touch and destroy of this session that the same process has requested before.
   * @returns null if there is no session with this id, if it has expired, or if it cannot be read. Then `onWarning` is
   *   called, and the stored value stays until it expires.
   */
  load(id: string): Promise<Session | null> {
    return traced('get', id, async (trace) => {
      let session: Session | null = null;
      for (const key of this.#keys.of(id)) {
        session = await this.#reader.load(key);
        if (session === null) continue;
        this.#entryWatch.look(key, session);
        break;
      }
      trace.outcome = session === null ? 'miss' : 'hit';
      return session;
    });
  }

  /**
   * Stores a session. An object that {@link load} returned, or that was saved before, is merged with what other requests have
   * stored since. If the session has been ended, stores nothing and calls `onDropped`. Any other object replaces
   * what is stored.
   *
   * The session lives as long as the `ttl` function says, else until its cookie expires, else for `ttl` seconds; without an
   * expiry with `disableTTL`. It lives for `maxLifetime` seconds at most. A session whose cookie has expired is removed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`, `ERR_HOLDFAST_SERIALIZE`,
   *   `ERR_HOLDFAST_CONFLICT`, and if it would have to be merged with a value that cannot be read, `ERR_HOLDFAST_CORRUPT`,
   *   `ERR_HOLDFAST_SEALED` or `ERR_HOLDFAST_TOO_LARGE`.
   *   The stored session stays as it was. `onSaveError` is called as well.
   */
  save(id: string, session: Session): Promise<void> {
    return traced('set', id, async (trace) => {
      const keys = this.#keys.of(id);
      try {
        const [key, ...others] = this.#snapshots.keysOf(session, keys);
        const looksFirst = others.length > 0;
        const { outcome, replaced, isLoss, wasMissing } = await this.#writer.save(key, session, {
          looksFirst,
        });
        // A session without a snapshot replaces whatever is there, under each key that its id can have. It has only one.
        if (wasMissing) for (const other of others) await this.#writer.destroy(other);
        trace.outcome = outcome;
        this.#reportReplaced(id, replaced);
        if (outcome !== 'dropped') return;
        noteDropped(session, isLoss === true);
      } catch (error) {
        this.#listeners.onSaveError({ handle: handleOf(id), error });
        throw error;
      }
      this.#listeners.onDropped({ handle: handleOf(id), reason: 'gone' });
    });
  }

  /**
   * Extends the life of a stored session, as {@link save} would. Leaves its content alone, except for the cookie of a session
   * that {@link load} returned, which it updates. Does nothing if there is no such session, or with `disableTTL`. A session
   * whose cookie has expired is removed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`; the expiry stays as it was.
   */
  touch(id: string, session: Session): Promise<void> {
    return traced('touch', id, async (trace) => {
      let outcome: WriteOutcome = 'skipped';
      for (const key of this.#snapshots.keysOf(session, this.#keys.of(id))) {
        if (!this.#writer.isTouchDue(key, session)) continue;
        const touched = await this.#writer.touch(key, session);
        // With several keys, the session is under one of them.
        if (touched.outcome !== 'dropped' || outcome === 'skipped') outcome = touched.outcome;
        this.#reportReplaced(id, touched.replaced);
        if (touched.outcome === 'stored') break;
      }
      trace.outcome = outcome;
      if (outcome === 'dropped') noteDropped(session, false);
    });
  }

  #reportReplaced(id: string, replaced: readonly Path[] = []): void {
    for (const path of replaced) this.#listeners.onConflict({ handle: handleOf(id), path });
  }

  /**
   * Changes a stored session atomically, for counters and lists: reads it, calls `change`, and stores it if no other process
   * has written in between; otherwise starts over with what is stored then.
   * @param change changes the session that it is given in place. May be async, and may be called again. Must not wait for
   *   another update of the same session. Its result is ignored. An error that it throws ends the update.
   * @returns the session as stored; null if {@link load} would return null, and if `change` let the cookie expire.
   * @throws HoldfastError `ERR_HOLDFAST_CONFLICT`, and what {@link load} and {@link save} throw
   */
  update(id: string, change: (session: Session) => unknown): Promise<Session | null> {
    return traced('update', id, async (trace) => {
      if (typeof change !== 'function') {
        throw invalidArgument(
          `The second argument of update must be a function that changes the session, but is ${describeValue(change)}.`,
        );
      }
      for (const key of this.#keys.of(id)) {
        const result = await this.#updateAt(key, change);
        trace.outcome = result.outcome;
        if (result.outcome === 'stored') return result.session;
        if (result.outcome === 'ended') break;
      }
      return null;
    });
  }

  async #updateAt(
    key: string,
    change: (session: Session) => unknown,
  ): Promise<UpdateResult<Session>> {
    try {
      return await this.#updater.update(key, () => this.#reader.textAt(key), change);
    } catch (error) {
      this.#reader.warnIfUnreadable(error);
      return { outcome: 'dropped' };
    }
  }

  /**
   * Makes another object stand for the session that {@link load} returned, for libraries that copy sessions to objects of
   * their own: a save of `to` is then merged as a save of `from` would be.
   */
  adopt(from: Session, to: Session): void {
    this.#snapshots.copy(from, to);
  }

  /**
   * Declares that the id that a session will be saved under was not used before. With `hashIds: "readPlain"`, its plain id is
   * then never sent to Redis. Without this, the first save also removes a session that may be stored under the plain id.
   */
  declareNew(session: Session): void {
    if (this.#keys.areMixed) this.#snapshots.noteNew(session);
  }

  /**
   * Ends a session. Does nothing if there is none with this id.
   * @param reason what {@link endReason} returns afterwards.
   */
  destroy(id: string, reason: EndReason = 'signedOut'): Promise<void> {
    return traced('destroy', id, async () => {
      for (const key of this.#keys.of(id)) await this.#writer.destroy(key, reason);
    });
  }

  /**
   * Returns why a session was ended, if that was less than `rememberEnded` seconds ago. Undefined for any other session. Not
   * traced.
   */
  async endReason(id: string): Promise<EndReason | undefined> {
    for (const key of this.#keys.of(id)) {
      const reason = await this.#markers.reasonOf(key);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /**
   * Returns the handle of a session, which can be shown and logged: the SHA-256 of its id, in hexadecimal digits. The id
   * itself would let its reader sign in. Lists and events contain the same handle, with or without the option `hashIds`.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  handleOf(id: string): string {
    return handleOf(checkedId(id));
  }

  /**
   * Ends the session with this handle. Does nothing if there is none. Needs the option `hashIds`. While that is "readPlain"
   * or "writePlain", it scans the whole database, because a plain id cannot be computed from its hash.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION` without the option `hashIds`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  destroyByHandle(handle: string): Promise<void> {
    return traced('destroyByHandle', handle, async () => {
      await this.#writer.destroy(this.#keys.ofHandle(handle), 'elsewhere');
      if (!this.#keys.areMixed) return;
      for await (const key of this.#list.keysWithHandle(handle)) {
        await this.#writer.destroy(key, 'elsewhere');
      }
    });
  }

  /**
   * Lists the live sessions of a user, newest activity first. Needs the option `userId`. Reads all sessions of the user for
   * every page, because only the sessions say when they were active. Skips values that cannot be read, and calls `onWarning`
   * for each.
   * @param page which part of the list to return.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION` without the option `userId`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  listByUser(user: string, page: Page = {}): Promise<UserSession<Session>[]> {
    return traced('listByUser', undefined, async () => {
      const { offset, limit } = checkedPage(page);
      const sessions = await this.#users.list(this.#checkedUser(user));
      return sessions.slice(offset, offset + limit);
    });
  }

  /**
   * Counts the live sessions of a user. Needs the option `userId`.
   * @throws HoldfastError as {@link listByUser}
   */
  countByUser(user: string): Promise<number> {
    return traced('countByUser', undefined, async () => this.#users.count(this.#checkedUser(user)));
  }

  /**
   * Ends all sessions of a user. A request that has read one of them can no longer store it. A sign-in at the same time may
   * count as later, and survive. If Redis may have evicted entries of the index, reads all sessions to find those of the user. Needs the
   * option `userId`.
   * @param options `except`: the id of a session to keep, usually the current one; not a handle. Default: none.
   * @returns how many sessions were ended.
   * @throws HoldfastError as {@link listByUser}
   */
  destroyByUser(user: string, options: { except?: string | undefined } = {}): Promise<number> {
    return traced('destroyByUser', undefined, async () => {
      const { except } = checkedFields('options', options, ['except']);
      const kept = except === undefined ? [] : this.#keys.of(except);
      return this.#users.end(this.#checkedUser(user), kept);
    });
  }

  /** Ends every session with the repository's prefix, in batches of `scanCount`. */
  clear(): Promise<void> {
    return traced('clear', undefined, () => this.#list.clear());
  }

  /**
   * Counts the sessions. Without the option `trackCount`, scans the whole database. With it, asks the index, which does not
   * know sessions that were last saved or touched without the option. A session that Redis evicted, or whose beginning or
   * end failed half way, counts until it would have expired.
   */
  length(): Promise<number> {
    return traced('length', undefined, () => this.#list.length());
  }

  /**
   * Lists the ids of all sessions, or with the option `hashIds` their handles. Each comes once, in no order. Scans the whole
   * database.
   */
  ids(): Promise<string[]> {
    return traced('ids', undefined, () => this.#list.ids());
  }

  /**
   * Iterates over all sessions, reading `scanCount` at a time. Each comes once, in no order. Holds up to 23 bytes for each key
   * that it has seen, and not the sessions. Leaves out sessions that end during the iteration; sessions that begin may come or
   * not. Skips values that cannot be read, and calls `onWarning` for each. Scans the whole database. Not traced, because its
   * duration depends on the code that iterates.
   */
  sessions(): AsyncGenerator<StoredSession<Session>, void, undefined> {
    return this.#list.sessions();
  }

  #checkedUser(user: string): string {
    if (!this.#index.hasUsers) {
      throw invalidOption(
        'Finding the sessions of a user needs the option userId, a function that returns the user id of a session.',
      );
    }
    return checkedUser(user);
  }
}

function checkedPage(page: Page): { offset: number; limit: number } {
  const fields = checkedFields('page', page, ['offset', 'limit']);
  const { offset = 0, limit = Number.POSITIVE_INFINITY } = fields;
  if (offset !== 0 && !isPositiveInteger(offset)) {
    throw invalidArgument(
      `The offset must be a whole number, at least 0, but is ${describeValue(offset)}.`,
    );
  }
  if (limit !== Number.POSITIVE_INFINITY && !isPositiveInteger(limit)) {
    throw invalidArgument(
      `The limit must be a whole number, at least 1, but is ${describeValue(limit)}.`,
    );
  }
  return { offset, limit };
}

/** Checks an argument with named fields: a misspelled name must not count as an absent field. */
function checkedFields<Fields extends object>(
  argument: string,
  fields: Fields,
  names: readonly (string & keyof Fields)[],
): Fields {
  const accepted = `an object with ${names.join(' and ')}`;
  if (!isRecord(fields)) {
    throw invalidArgument(`The ${argument} must be ${accepted}, but is ${describeValue(fields)}.`);
  }
  const known: readonly string[] = names;
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return fields;
  throw invalidArgument(
    `The ${argument} must be ${accepted}, but has the field ${unknown}.${didYouMean(unknown, known)}`,
  );
}
