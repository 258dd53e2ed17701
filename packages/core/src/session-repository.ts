import { HoldfastError, isWrongType } from './errors.ts';
import { escapeGlob } from './glob.ts';
import { type Settings, type StoreOptions, settingsFrom } from './options.ts';
import { isRecord, property, shown } from './shape.ts';
import { remainingMs } from './ttl.ts';

/** A session with the id that it is stored under. */
export interface StoredSession<Session> {
  id: string;
  session: Session;
}

/**
 * Sessions in Redis, for any framework or none. `Session` is the application's own type. The only field that the
 * repository looks at is `cookie`, which must be one as express-session has it, where there is any: its `expires`
 * says when the session ends.
 *
 * Each method may be repeated without harm. Each rejects with a {@link HoldfastError} for bad input, and with
 * the Redis client's own error where a command fails.
 */
export class SessionRepository<Session extends object = Record<string, unknown>> {
  readonly #settings: Settings<Session>;
  readonly #onWarning: (warning: HoldfastError) => void;

  /**
   * @param onWarning told of each stored value that {@link sessions} leaves out because it cannot be read,
   *   with the code `ERR_HOLDFAST_CORRUPT` or `ERR_HOLDFAST_WRONG_TYPE`. Absent: nobody is told.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION`
   */
  constructor(
    options: StoreOptions<Session>,
    onWarning: (warning: HoldfastError) => void = () => {},
  ) {
    this.#settings = settingsFrom(options);
    this.#onWarning = onWarning;
  }

  /**
   * Reads a session.
   * @returns null when there is none under this id, or it has expired.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_WRONG_TYPE`
   */
  async load(id: string): Promise<Session | null> {
    const key = this.#key(id);
    const text = await this.#get(key);
    return text === null ? null : this.#parse(key, text);
  }

  /**
   * Stores a session, whether or not there was one under this id. It lives as long as the `ttl` function
   * says, else until its cookie's expiry, else for `ttl` seconds; with `disableTTL` without end. A session
   * whose cookie's expiry is past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`,
   *   `ERR_HOLDFAST_SERIALIZE`; what was stored stays as it was.
   */
  async save(id: string, session: Session): Promise<void> {
    const key = this.#key(id);
    const text = await this.#stringify(key, checkedSession(session));
    const ttlMs = this.#remainingMs(session);
    if (ttlMs === 0) return this.destroy(id);
    await this.#settings.client.set(key, text, this.#settings.disableTTL ? undefined : ttlMs);
  }

  /**
   * Puts off the end of a stored session, as {@link save} would set it, and leaves its content alone. Does
   * nothing when none is stored under this id, or with `disableTouch` or `disableTTL`. A session whose
   * cookie's expiry is past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`; the expiry stays as
   *   it was.
   */
  async touch(id: string, session: Session): Promise<void> {
    const key = this.#key(id);
    const ttlMs = this.#remainingMs(checkedSession(session));
    if (ttlMs === 0) return this.destroy(id);
    if (this.#settings.disableTouch || this.#settings.disableTTL) return;
    await this.#settings.client.expire(key, ttlMs);
  }

  /** Removes a session. Does nothing when there is none under this id. */
  async destroy(id: string): Promise<void> {
    await this.#settings.client.del([this.#key(id)]);
  }

  /** Removes every session with the repository's prefix, in batches of `scanCount`. */
  async clear(): Promise<void> {
    for await (const keys of this.#keys()) await this.#settings.client.del(keys);
  }

  /** Counts the keys with the repository's prefix. Costs a scan of the whole Redis. */
  async length(): Promise<number> {
    let length = 0;
    for await (const keys of this.#keys()) length += keys.length;
    return length;
  }

  /** The ids of all sessions, each once, in no order. Costs a scan of the whole Redis. */
  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for await (const keys of this.#keys()) {
      for (const key of keys) ids.push(this.#id(key));
    }
    return ids;
  }

  /**
   * Iterates over all sessions, each once, in no order, reading `scanCount` at a time. It remembers the
   * keys that it has seen, not the sessions. A session that ends meanwhile is left out, and one that begins
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
    const seen = new Set<string>();
    let batch: string[] = [];
    for await (const keys of client.scan(`${escapeGlob(prefix)}*`, scanCount)) {
      for (const key of keys) {
        if (seen.has(key)) continue;
        seen.add(key);
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
      return { id: this.#id(key), session: await this.#parse(key, current) };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#onWarning(error);
      return undefined;
    }
  }

  async #get(key: string): Promise<string | null> {
    try {
      return await this.#settings.client.get(key);
    } catch (cause) {
      if (!isWrongType(cause)) throw cause;
      throw new HoldfastError(
        'ERR_HOLDFAST_WRONG_TYPE',
        `The key ${key} does not hold a string, so something else than this store wrote it.`,
        { cause, key },
      );
    }
  }

  async #parse(key: string, text: string): Promise<Session> {
    let session: unknown;
    try {
      session = await this.#settings.serializer.parse(text);
    } catch {
      // The serializer's error goes no further: JSON's quotes the session.
    }
    if (isReadable<Session>(session)) return session;
    throw new HoldfastError(
      'ERR_HOLDFAST_CORRUPT',
      `The serializer cannot read the value of the key ${key} as a session.`,
      { key },
    );
  }

  async #stringify(key: string, session: Session): Promise<string> {
    let text: unknown;
    try {
      text = await this.#settings.serializer.stringify(session);
    } catch (cause) {
      throw new HoldfastError(
        'ERR_HOLDFAST_SERIALIZE',
        `The serializer could not write the session for the key ${key}.`,
        { cause, key },
      );
    }
    if (typeof text === 'string') return text;
    throw new HoldfastError(
      'ERR_HOLDFAST_SERIALIZE',
      `The serializer's stringify must answer a string, not ${shown(text)}.`,
      { key },
    );
  }

  #remainingMs(session: Session): number {
    return remainingMs(session, this.#settings.ttl, Date.now());
  }

  #key(id: string): string {
    if (typeof id === 'string' && id !== '') return this.#settings.prefix + id;
    throw new HoldfastError(
      'ERR_HOLDFAST_INVALID_ARGUMENT',
      `The session id must be a string that is not empty, not ${shown(id)}.`,
    );
  }

  #id(key: string): string {
    return key.slice(this.#settings.prefix.length);
  }
}

function checkedSession<Session>(session: Session): Session {
  if (isRecord(session) && hasCookieOrNone(session)) return session;
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_ARGUMENT',
    isRecord(session)
      ? `The session's cookie must be an object, or absent, not ${shown(session.cookie)}.`
      : `The session must be an object, not ${shown(session)}.`,
  );
}

/**
 * express-session ends the process, or never answers, over a stored cookie whose ages are something else than a number
 * or nothing, which can be null or false.
 */
function isReadable<Session>(value: unknown): value is Session {
  if (!isRecord(value) || !hasCookieOrNone(value)) return false;
  return ['originalMaxAge', 'maxAge'].every((name) => {
    const age = property(value.cookie, name) || 0;
    return typeof age === 'number';
  });
}

function hasCookieOrNone(session: Record<string, unknown>): boolean {
  return session.cookie === undefined || isRecord(session.cookie);
}

function isUnreadable(error: unknown): error is HoldfastError {
  return (
    error instanceof HoldfastError &&
    (error.code === 'ERR_HOLDFAST_CORRUPT' || error.code === 'ERR_HOLDFAST_WRONG_TYPE')
  );
}
