import { hash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { MAX_TTL_MS, type ScoredMember } from '../redis/redis-like.ts';
import { scanPrefix } from '../redis/scan-prefix.ts';
import { clock } from '../util/clock.ts';
import { type IsStale, type Judge, SessionIdSets, type SetSettings } from './session-id-sets.ts';
import { checkedReturnedUser } from './user-id.ts';

/** What the names of the sets begin with, before the store's prefix. */
const USER_SETS = 'holdfast:user:';
const SHARD_SETS = 'holdfast:all:';

/** The set of all sessions is split into this many, so that it spreads over the masters of a cluster. */
const SHARDS = 64;

/** What the index says about a session. */
export interface IndexEntry {
  /** The session's storage id: the part of its key after the prefix. */
  id: string;
  user: string | undefined;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

/** The options that {@link SessionIndex} uses. */
export interface IndexSettings<Session> extends SetSettings {
  userId: ((session: Session) => string | null | undefined) | undefined;
  trackCount: boolean;
}

/**
 * Knows which sessions a user has, and how many sessions there are. Each user has a set of the ids of their sessions. With
 * the option `trackCount`, each session is also in one of a fixed number of sets. No name of a set begins with the
 * sessions' prefix, so no set is taken for a session.
 *
 * On a cluster, a session and its entries are on different servers, and no command writes both. They are written in an
 * order in which any write may fail without harm:
 *
 * - An entry is written before its session and removed after it. So a failure can only leave a stale entry: one whose
 *   session is not there, or belongs to another user by now, or has another expiry. Readers of a set therefore look at the
 *   sessions themselves, and remove stale entries.
 * - A reader can find an entry stale just before its session is stored. So an entry that is new to a set is written again
 *   after its session, and code that removes an entry inspects its session again afterwards. One of the two sees the other.
 *   Only a sign-out does not inspect again, because the id of an ended session is not used for a new one.
 */
export class SessionIndex<Session extends object> {
  readonly #settings: IndexSettings<Session>;
  readonly #sets: SessionIdSets;

  constructor(settings: IndexSettings<Session>) {
    this.#settings = settings;
    this.#sets = new SessionIdSets(settings);
  }

  /** Whether there is anything in the index: whether one of the options `userId` and `trackCount` was given. */
  get isUsed(): boolean {
    return this.hasUsers || this.#settings.trackCount;
  }

  /** Whether sessions have users: whether the option `userId` was given. */
  get hasUsers(): boolean {
    return this.#settings.userId !== undefined;
  }

  /**
   * Returns the user of a session; undefined if it has none.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_USER_ID`
   */
  userOf(session: Session): string | undefined {
    return checkedReturnedUser(this.#callUserId(session));
  }

  /** Returns the user of a session that was read. Undefined if the `userId` function fails: the session can still be read. */
  storedUserOf(session: Session): string | undefined {
    try {
      return this.userOf(session);
    } catch {
      return undefined;
    }
  }

  /**
   * Returns the top-level fields that the `userId` function reads of a session. They say who the session belongs to, so they
   * must not be mixed from two sessions.
   */
  userFieldsOf(session: Session): ReadonlySet<string> {
    const fields = new Set<string>();
    let isCopied = false;
    const recording = new Proxy(session, {
      get(target, name) {
        if (typeof name === 'string' && !isCopied) fields.add(name);
        return Reflect.get(target, name);
      },
      // A copy reads every field, so it does not tell which one matters.
      ownKeys(target) {
        isCopied = true;
        return Reflect.ownKeys(target);
      },
    });
    this.storedUserOf(recording);
    return fields;
  }

  #callUserId(session: Session): unknown {
    try {
      return this.#settings.userId?.(session);
    } catch (cause) {
      throw new HoldfastError(
        'ERR_HOLDFAST_INVALID_USER_ID',
        'The userId function threw an error.',
        { cause },
      );
    }
  }

  /**
   * Adds the entries of a session that is about to be stored.
   * @param ttlMs how long the session will be stored. Absent: without an expiry.
   */
  async addEntries(
    id: string,
    user: string | undefined,
    ttlMs: number = MAX_TTL_MS,
  ): Promise<IndexEntry> {
    const entry = { id, user, expiresAt: clock.now() + ttlMs };
    const sets = this.#setsOf(id, user);
    await Promise.all(sets.map((set) => this.#sets.add(set, id, entry.expiresAt)));
    return entry;
  }

  /**
   * Adds the entries of a session again after it was stored, because it is new to its sets. Removes them if the session has
   * been ended, and removes expired entries of others. The expiry stays the same: two sign-ins that saw different expiries
   * could each end the other.
   */
  async reassertEntries({ id, user, expiresAt }: IndexEntry): Promise<void> {
    await Promise.all(
      this.#setsOf(id, user).map(async (set) => {
        await this.#sets.add(set, id, expiresAt);
        await this.#sets.pruneMissing(set, [{ member: id, score: expiresAt }]);
        await this.#sets.pruneExpired(set);
      }),
    );
  }

  /** Removes the entries of sessions that are gone. */
  async removeEntries(ids: readonly string[], user: string | undefined): Promise<void> {
    // Computed before any command is sent: if this threw later, no code would wait for the commands.
    const shards = this.#settings.trackCount
      ? ids.map((id) => [this.#shardOf(id), id] as const)
      : [];
    await Promise.all([
      user !== undefined && this.#sets.remove(this.#userSet(user), ids),
      ...shards.map(([shard, id]) => this.#sets.remove(shard, [id])),
    ]);
  }

  /** Returns whether a session is in the set of a user. */
  hasEntry(id: string, user: string): Promise<boolean> {
    return this.#sets.has(this.#userSet(user), id);
  }

  /** Reads the entries of a user's sessions. */
  entriesOf(user: string): Promise<ScoredMember[]> {
    return this.#sets.entries(this.#userSet(user));
  }

  /** Reads the sessions of some entries, at most `scanCount`, and judges each entry. */
  inspect<Verdict>(entries: readonly ScoredMember[], judge: Judge<Verdict>): Promise<Verdict[]> {
    return this.#sets.inspect(entries, judge);
  }

  /** Removes entries of a user that were found to be stale. */
  pruneUser(user: string, stale: readonly ScoredMember[], isStale: IsStale): Promise<void> {
    return this.#sets.prune(this.#userSet(user), stale, isStale);
  }

  /** Counts all entries that have not expired. Needs the option `trackCount`. */
  async count(): Promise<number> {
    const counts = await Promise.all(this.#shards().map((set) => this.#sets.count(set)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Removes every entry whose session is not there. */
  async pruneAll(): Promise<void> {
    if (this.#settings.trackCount) {
      for (const set of this.#shards()) await this.#sets.pruneAll(set);
    }
    if (!this.hasUsers) return;
    const { client, scanCount } = this.#settings;
    for await (const sets of scanPrefix(client, this.#userSet(''), scanCount)) {
      for (const set of sets) await this.#sets.pruneAll(set);
    }
  }

  #setsOf(id: string, user: string | undefined): string[] {
    const sets = user === undefined ? [] : [this.#userSet(user)];
    return this.#settings.trackCount ? [...sets, this.#shardOf(id)] : sets;
  }

  #userSet(user: string): string {
    return `${USER_SETS}${this.#settings.prefix}${user}`;
  }

  #shards(): string[] {
    return Array.from({ length: SHARDS }, (_, number) => this.#shard(number));
  }

  #shardOf(id: string): string {
    return this.#shard(hash('sha1', id, 'buffer').readUInt32BE() % SHARDS);
  }

  #shard(number: number): string {
    return `${SHARD_SETS}${this.#settings.prefix}${number}`;
  }
}
