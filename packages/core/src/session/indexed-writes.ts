import type { IndexEntry, SessionIndex } from '../indexes/session-index.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';
import { uniqueEndOf } from '../util/stamps.ts';
import { ignoreRejection } from '../util/values.ts';
import { cookieFieldsOf } from './cookies.ts';
import type { EndMarkers, EndReason } from './end-markers.ts';
import type { Fields } from './merge.ts';
import { checkedSession, type SessionCodec } from './session-codec.ts';
import { storageIdAt } from './session-keys.ts';
import type { SessionOwners } from './session-owners.ts';
import type { TouchThrottle } from './touch-throttle.ts';
import type { SessionTtl } from './ttl.ts';
import type { QueuedWrite } from './write-queue.ts';

/** A session as it is about to be stored. */
export interface PendingWrite<Session> {
  readonly session: Session;
  readonly text: string;
  readonly user: string | undefined;
  /** A copy of its cookie. */
  readonly cookie: Fields;
}

/** What a compare-and-set found and did. */
export interface Compared {
  /** What the key held before: the expected text if the session was stored; null if there was no session. */
  readonly held: string | null;
  readonly entry: IndexEntry;
  /** Whether the session has expired and was stored only to end at once. */
  readonly isEnded: boolean;
}

/** The parts that {@link IndexedWrites} uses. */
export interface WriteParts<Session extends object> {
  readonly redis: GuardedRedis;
  readonly prefix: string;
  readonly codec: SessionCodec<Session>;
  readonly ttl: SessionTtl<Session>;
  readonly index: SessionIndex<Session>;
  readonly owners: SessionOwners<Session>;
  readonly throttle: TouchThrottle;
  readonly markers: EndMarkers;
}

/**
 * Sends the writes of one session to Redis, each with its index entries: an entry goes before its session, and the removal
 * of a session before that of its entry. Checks directly before each write that it has not expired.
 */
export class IndexedWrites<Session extends object> {
  readonly #parts: WriteParts<Session>;

  constructor(parts: WriteParts<Session>) {
    this.#parts = parts;
  }

  /**
   * Takes a session as it is now. Only async if the serializer is.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`, `ERR_HOLDFAST_INVALID_USER_ID`, `ERR_HOLDFAST_SERIALIZE`
   */
  prepare(key: string, session: Session): PendingWrite<Session> | Promise<PendingWrite<Session>> {
    const { codec, index } = this.#parts;
    const user = index.userOf(checkedSession(session));
    const text = codec.stringify(key, session);
    const cookie = cookieFieldsOf(session);
    if (typeof text === 'string') return { session, text, user, cookie };
    const pending = text.then((written) => ({ session, text: written, user, cookie }));
    // The caller may wait for its place in the queue first.
    ignoreRejection(pending);
    return pending;
  }

  /**
   * Stores a session, whatever the key holds.
   * @returns its index entry; `ended` if the session has expired, and so was removed instead; `dropped` if it is remembered as
   *   ended.
   */
  async set(
    key: string,
    { session, text, user }: PendingWrite<Session>,
    write: QueuedWrite,
  ): Promise<IndexEntry | 'ended' | 'dropped'> {
    const { markers, ttl, index, throttle } = this.#parts;
    const ttlMs = ttl.of(session);
    if (ttlMs === 0) {
      await this.remove(key, write);
      return 'ended';
    }
    const add = () => index.addEntries(this.#id(key), user, ttlMs);
    const [entry, isStored] = await this.#after(add, write, () => markers.store(key, text, ttlMs));
    if (!isStored) {
      await index.removeEntries([entry.id], user);
      return 'dropped';
    }
    throttle.note(key, ttlMs);
    write.leftText = text;
    return entry;
  }

  /** Stores a session only if the key holds the expected text. */
  async compareAndSet(
    key: string,
    expected: string,
    { session, text, user }: PendingWrite<Session>,
    write: QueuedWrite,
  ): Promise<Compared> {
    const { redis, ttl, index, throttle } = this.#parts;
    const remainingMs = ttl.of(session);
    const ttlMs = minimalTtl(remainingMs);
    const add = () => index.addEntries(this.#id(key), user, ttlMs);
    const [entry, found] = await this.#after(add, write, () =>
      redis.compareAndSet(key, expected, text, ttlMs),
    );
    // A client that lost its connection may have sent the command twice. Then it finds what it has stored itself.
    const held = found === text && uniqueEndOf(text) !== undefined ? expected : found;
    if (held === expected) throttle.note(key, ttlMs);
    else throttle.forget(key);
    write.leftText = held === expected ? text : (held ?? undefined);
    if (held === null) await index.removeEntries([entry.id], user);
    return { held, entry, isEnded: remainingMs === 0 };
  }

  /**
   * Extends the life of a session without looking at its content.
   * @returns `stored`; `dropped` if there is no such session; `ended` if it has expired, and so was removed.
   */
  async extend(
    key: string,
    session: Session,
    write: QueuedWrite,
  ): Promise<'stored' | 'dropped' | 'ended'> {
    const { redis, ttl, index, throttle } = this.#parts;
    const ttlMs = ttl.of(session);
    if (ttlMs === 0) {
      await this.remove(key, write);
      return 'ended';
    }
    // PEXPIRE leaves the text as it is.
    write.leftText = write.previousText;
    if (ttlMs === undefined) return 'stored';
    const { id, user } = await index.addEntries(this.#id(key), index.userOf(session), ttlMs);
    write.throwIfExpired();
    const isThere = await redis.pexpire(key, ttlMs);
    if (isThere) throttle.note(key, ttlMs);
    else await index.removeEntries([id], user);
    return isThere ? 'stored' : 'dropped';
  }

  /**
   * Removes a session. Does nothing if there is none.
   * @param reason why, to remember. Absent: nothing is remembered.
   */
  async remove(key: string, write: QueuedWrite, reason?: EndReason): Promise<void> {
    const { redis, index, owners, throttle, markers } = this.#parts;
    throttle.forget(key);
    const user = await owners.ofKey(key);
    write.throwIfExpired();
    await (reason === undefined ? redis.del([key]) : markers.end([key], reason));
    await index.removeEntries([this.#id(key)], user);
  }

  /**
   * Stores a session after its index entries. If commands keep their order, sends it directly behind them, so that the index costs no
   * round trip. An entry that fails although the session was stored is then sent once more.
   */
  async #after<Result>(
    add: () => Promise<IndexEntry>,
    write: QueuedWrite,
    store: () => Promise<Result>,
  ): Promise<[IndexEntry, Result]> {
    write.throwIfExpired();
    const adding = add();
    if (!this.#parts.redis.isOrdered) {
      await adding;
      write.throwIfExpired();
    }
    const [added, stored] = await Promise.allSettled([adding, store()]);
    if (stored.status === 'rejected') throw stored.reason;
    return [added.status === 'fulfilled' ? added.value : await add(), stored.value];
  }

  #id(key: string): string {
    return storageIdAt(key, this.#parts.prefix);
  }
}

/** An expired session ends by compare-and-set as well, because another request may have extended its life. */
function minimalTtl(ttlMs: number | undefined): number | undefined {
  return ttlMs === 0 ? 1 : ttlMs;
}
