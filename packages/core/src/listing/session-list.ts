import { isUnreadable } from '../errors.ts';
import type { SessionIndex } from '../indexes/session-index.ts';
import type { Settings } from '../options.ts';
import { keysWithPrefix } from '../redis/scan-prefix.ts';
import type { SessionKeys } from '../session/session-keys.ts';
import type { SessionReader } from '../session/session-reader.ts';
import { SeenKeys } from './key-fingerprints.ts';

/** A session with its id; with the option `hashIds`, with its handle in the place of that. */
export interface StoredSession<Session> {
  id: string;
  session: Session;
}

/** All sessions, at the cost of a scan of the whole Redis, but for what the index counts. */
export class SessionList<Session extends object> {
  readonly #settings: Settings<Session>;
  readonly #keys: SessionKeys;
  readonly #index: SessionIndex<Session>;
  readonly #reader: SessionReader<Session>;

  constructor(
    settings: Settings<Session>,
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
    await this.#index.sweep();
  }

  async length(): Promise<number> {
    if (this.#settings.trackCount) return this.#index.length();
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
      const read = keys.map((key, index) => this.#listed(key, texts[index] ?? null));
      for (const session of await Promise.all(read)) {
        if (session !== undefined) yield session;
      }
    }
  }

  /** The keys of the session with this handle, under its plain id, too. */
  async *keysWithHandle(handle: string): AsyncGenerator<string, void, undefined> {
    for await (const keys of this.#batches()) {
      yield* keys.filter((key) => this.#keys.handleAt(key) === handle);
    }
  }

  /** The keys with the prefix, each once, in batches of `scanCount` whatever the size of the server's. */
  async *#batches(): AsyncGenerator<string[], void, undefined> {
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
      const current = text ?? (await this.#reader.textAt(key));
      if (current === null) return undefined;
      const session = await this.#reader.read(key, current);
      return session === null ? undefined : { id: this.#keys.listedId(key), session };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#reader.warn(error);
      return undefined;
    }
  }
}
