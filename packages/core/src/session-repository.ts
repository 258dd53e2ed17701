import { createHash } from 'node:crypto';
import { HoldfastError, isWrongType } from './errors.ts';
import { escapeGlob } from './glob.ts';
import { type Settings, type StoreOptions, settingsFrom } from './options.ts';
import { SeenKeys } from './seen-keys.ts';
import { checkedSession, SessionCodec } from './session-codec.ts';
import { SessionWriter } from './session-writer.ts';
import { shown } from './shape.ts';

/** A session with the id that it is stored under. */
export interface StoredSession<Session> {
  id: string;
  session: Session;
}

/** A save that stored nothing. */
export interface DroppedSave {
  /** SHA-256 of the session id, in hexadecimal digits, as the id itself would let its reader in. */
  idHash: string;
  /** `gone`: the session was ended, or expired, since it was read. */
  reason: 'gone';
}

/** Who is told of what no caller is. */
export interface Listeners {
  /**
   * Told of each stored value that `sessions()` leaves out because it cannot be read, with the code
   * `ERR_HOLDFAST_CORRUPT` or `ERR_HOLDFAST_WRONG_TYPE`.
   */
  onWarning?(warning: HoldfastError): void;
  /** Told of each save that stored nothing, because whoever ended a session has the last word. */
  onDropped?(dropped: DroppedSave): void;
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
  readonly #codec: SessionCodec<Session>;
  readonly #writer: SessionWriter<Session>;
  readonly #listeners: Listeners;

  /** @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION` */
  constructor(options: StoreOptions<Session>, listeners: Listeners = {}) {
    this.#settings = settingsFrom(options);
    this.#codec = new SessionCodec(this.#settings.serializer);
    this.#writer = new SessionWriter(this.#settings, this.#codec);
    this.#listeners = listeners;
  }

  /**
   * Reads a session. The object that it answers remembers what was read, for {@link save} and {@link touch}.
   * @returns null when there is none under this id, or it has expired.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_WRONG_TYPE`
   */
  async load(id: string): Promise<Session | null> {
    const key = this.#key(id);
    const text = await this.#get(key);
    return text === null ? null : this.#read(key, text);
  }

  /**
   * Stores a session. An object that {@link load} answered, or that was saved before, is merged with what others stored
   * since, and where the session was ended meanwhile, nothing is stored and `onDropped` is told. Any other object is stored
   * whatever is there.
   *
   * The session lives as long as the `ttl` function says, else until its cookie's expiry, else for `ttl` seconds; with
   * `disableTTL` without end. A session whose cookie's expiry is past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`,
   *   `ERR_HOLDFAST_SERIALIZE`, `ERR_HOLDFAST_CONFLICT`; what was stored stays as it was.
   */
  async save(id: string, session: Session): Promise<void> {
    const outcome = await this.#writer.save(this.#key(id), session);
    if (outcome === 'gone') this.#listeners.onDropped?.(droppedSave(id));
  }

  /**
   * Puts off the end of a stored session, as {@link save} would set it, and leaves its content alone, but for the
   * cookie of a session that {@link load} answered, which is brought up to date. Does nothing when none is stored under
   * this id, or with `disableTouch` or `disableTTL`. A session whose cookie's expiry is past is destroyed.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`; the expiry stays as
   *   it was.
   */
  async touch(id: string, session: Session): Promise<void> {
    const key = this.#key(id);
    const ttlMs = this.#writer.ttlMsOf(checkedSession(session));
    if (ttlMs !== 0 && (this.#settings.disableTouch || this.#settings.disableTTL)) return;
    await this.#writer.touch(key, session);
  }

  /**
   * Changes a stored session atomically: reads it, lets `change` work on it, and stores it where nobody else wrote
   * meanwhile; else starts anew with what is there then. For counters and lists.
   * @param change changes the session that it is given in place. May be async, may be called again, and must not
   *   itself wait for an update of the same session. What it answers is not used; what it throws ends the update.
   * @returns the session as stored; null when there is none under this id, or `change` let its cookie end it.
   * @throws HoldfastError `ERR_HOLDFAST_CONFLICT`, and what {@link load} and {@link save} throw
   */
  async update(id: string, change: (session: Session) => unknown): Promise<Session | null> {
    const key = this.#key(id);
    return this.#writer.update(key, () => this.#get(key), change);
  }

  /** Lets another object stand for the session that {@link load} answered as this one. */
  carryOver(from: Session, to: Session): void {
    this.#writer.carryOver(from, to);
  }

  /** Removes a session. Does nothing when there is none under this id. */
  async destroy(id: string): Promise<void> {
    await this.#writer.destroy(this.#key(id));
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
    for await (const keys of client.scan(`${escapeGlob(prefix)}*`, scanCount)) {
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
      return { id: this.#id(key), session: await this.#read(key, current) };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#listeners.onWarning?.(error);
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

  async #read(key: string, text: string): Promise<Session> {
    const session = await this.#codec.parse(key, text);
    this.#writer.remember(key, session, text);
    return session;
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

function droppedSave(id: string): DroppedSave {
  return { idHash: createHash('sha256').update(id).digest('hex'), reason: 'gone' };
}

function isUnreadable(error: unknown): error is HoldfastError {
  return (
    error instanceof HoldfastError &&
    (error.code === 'ERR_HOLDFAST_CORRUPT' || error.code === 'ERR_HOLDFAST_WRONG_TYPE')
  );
}
