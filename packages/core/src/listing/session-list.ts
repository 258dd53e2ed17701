import { isUnreadable } from '../errors.ts';
import type { SessionIndex } from '../indexes/session-index.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';
import { scanPrefix } from '../redis/scan-prefix.ts';
import type { SessionKeys } from '../session/session-keys.ts';
import type { SessionReader } from '../session/session-reader.ts';
import { KeyFingerprints } from './key-fingerprints.ts';

/** A session and its id. */
export interface StoredSession<Session> {
  /** The session id; with the option `hashIds`, the session's handle. */
  id: string;
  session: Session;
}

/** The options that {@link SessionList} uses. */
export interface ListSettings {
  client: GuardedRedis;
  prefix: string;
  scanCount: number;
  trackCount: boolean;
}

/** Lists, counts and clears all sessions. Every method scans the whole of Redis, except the count of the index. */
export class SessionList<Session extends object> {
  readonly #settings: ListSettings;
  readonly #keys: SessionKeys;
  readonly #index: SessionIndex<Session>;
  readonly #reader: SessionReader<Session>;

  constructor(
    settings: ListSettings,
    keys: SessionKeys,
    index: SessionIndex<Session>,
    reader: SessionReader<Session>,
  ) {
    this.#settings = settings;
    this.#keys = keys;
    this.#index = index;
    this.#reader = reader;
  }

  async clear(): Promise<void> {
    for await (const keys of this.#batches()) await this.#settings.client.del(keys);
    await this.#index.pruneAll();
  }

  async length(): Promise<number> {
    if (this.#settings.trackCount) return this.#index.count();
    let length = 0;
    for await (const keys of this.#batches()) length += keys.length;
    return length;
  }

  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for await (const keys of this.#batches()) {
      for (const key of keys) ids.push(this.#keys.listedId(key));
    }
    return ids;
  }

  async *sessions(): AsyncGenerator<StoredSession<Session>, void, undefined> {
    for await (const keys of this.#batches()) {
      const texts = await this.#settings.client.mget(keys);
      const read = keys.map((key, index) => this.#read(key, texts[index] ?? null));
      for (const session of await Promise.all(read)) {
        if (session !== undefined) yield session;
      }
    }
  }

  /** Finds the keys of the session with this handle, including one under its plain id. */
  async *keysWithHandle(handle: string): AsyncGenerator<string, void, undefined> {
    for await (const keys of this.#batches()) {
      yield* keys.filter((key) => this.#keys.handleAt(key) === handle);
    }
  }

  /** Scans for the keys with the prefix. Each comes once, in batches of `scanCount` regardless of the size of the server's. */
  async *#batches(): AsyncGenerator<string[], void, undefined> {
    const { client, prefix, scanCount } = this.#settings;
    const seen = new KeyFingerprints();
    let batch: string[] = [];
    for await (const keys of scanPrefix(client, prefix, scanCount)) {
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

  /** Returns undefined for a session that has expired, and for a value that cannot be read. */
  async #read(key: string, text: string | null): Promise<StoredSession<Session> | undefined> {
    try {
      // MGET also returns null for a key of another type. GET tells the two cases apart.
      const current = text ?? (await this.#reader.textAt(key));
      if (current === null) return undefined;
      const session = await this.#reader.parse(key, current);
      return session === null ? undefined : { id: this.#keys.listedId(key), session };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#reader.warn(error);
      return undefined;
    }
  }
}
