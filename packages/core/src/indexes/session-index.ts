import { hash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { nobodys, type Settings, SHARD_SETS, USER_SETS } from '../options.ts';
import type { ScoredMember } from '../redis/redis-like.ts';
import { keysWithPrefix } from '../redis/scan-prefix.ts';
import { MAX_TTL_MS } from '../session/ttl.ts';
import { ignoreRejection, isKeyText, shown } from '../util/values.ts';
import { IdSets, type IsDead, type Judge } from './session-id-sets.ts';

/** The set of all sessions is cut into this many, so that it spreads over the masters of a cluster. */
const SHARDS = 64;

/** What the index says of a session. */
export interface IndexEntry {
  id: string;
  user: string | undefined;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

/**
 * Which sessions a user has, and how many there are at all. Each user has a set of the ids of his sessions; with the
 * option `trackCount`, each session is also in one of a fixed number of sets. No name of a set begins with the sessions'
 * prefix, so that no set is taken for a session.
 *
 * On a cluster, a session and its entries live on different servers, so nothing writes them together. They are written
 * in an order that makes it harmless to fail at any point:
 *
 * - An entry is written before its session, and removed after it. What can be left behind is a dead entry, whose
 *   session is not there, or is another user's by now; or one with a wrong expiry. So whoever reads a set asks the
 *   sessions themselves, and drops the entries that are dead.
 * - An entry can be taken for a dead one just before its session is written. So one that is new to a set is written
 *   once more after its session, and whoever drops an entry looks again afterwards. One of the two sees the other. Only
 *   who ends a session does not look again, as the id of one that has ended is not used for a new one.
 */
export class SessionIndex<Session extends object> {
  readonly #settings: Settings<Session>;
  readonly #sets: IdSets;

  constructor(settings: Settings<Session>) {
    this.#settings = settings;
    this.#sets = new IdSets(settings);
  }

  /** Whether sessions have users: the option `userId` was given. */
  get hasUsers(): boolean {
    return this.#settings.userId !== nobodys;
  }

  /**
   * Whose a session is; undefined for nobody's.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_USER_ID`
   */
  userOf(session: Session): string | undefined {
    const user = this.#answerFor(session);
    if (user === undefined || isKeyText(user)) return user;
    ignoreRejection(user);
    throw new HoldfastError(
      'ERR_HOLDFAST_INVALID_USER_ID',
      `The userId function must answer a well-formed string that is not empty, or undefined for a session of nobody, not ${shown(user)}.`,
    );
  }

  /** Whose a session is that was read; nobody's where The userId function fails, which is no reason not to read it. */
  userAsStored(session: Session): string | undefined {
    if (!this.hasUsers) return undefined;
    try {
      return this.userOf(session);
    } catch {
      return undefined;
    }
  }

  #answerFor(session: Session): unknown {
    try {
      return this.#settings.userId(session);
    } catch (cause) {
      throw new HoldfastError(
        'ERR_HOLDFAST_INVALID_USER_ID',
        'The userId function threw an error.',
        {
          cause,
        },
      );
    }
  }

  /**
   * Writes the entries of a session that is about to be stored.
   * @param ttlMs how long it will be stored. Absent: without end.
   */
  enter(
    id: string,
    user: string | undefined,
    ttlMs: number = MAX_TTL_MS,
  ): IndexEntry | Promise<IndexEntry> {
    const entry = { id, user, expiresAt: Date.now() + ttlMs };
    const sets = this.#setsOf(id, user);
    return sets.length === 0 ? entry : this.#addTo(sets, entry);
  }

  async #addTo(sets: readonly string[], entry: IndexEntry): Promise<IndexEntry> {
    await Promise.all(sets.map((set) => this.#sets.add(set, entry.id, entry.expiresAt)));
    return entry;
  }

  /**
   * Writes the entries of a session once more that was stored and is new to its sets, and drops old ones for it, and
   * those just written where the session was ended meanwhile. The expiry stays the same: two sign-ins that saw
   * different ones could each end the other.
   */
  async confirm({ id, user, expiresAt }: IndexEntry): Promise<void> {
    await Promise.all(
      this.#setsOf(id, user).map(async (set) => {
        await this.#sets.add(set, id, expiresAt);
        await this.#sets.dropMissing(set, [{ member: id, score: expiresAt }]);
        await this.#sets.dropExpired(set);
      }),
    );
  }

  /** Removes the entries of sessions that are gone. */
  async leave(ids: readonly string[], user: string | undefined): Promise<void> {
    const { trackCount } = this.#settings;
    // Before any removal is under way, which nobody would wait for if one of these threw.
    const shards = trackCount ? ids.map((id) => [this.#shardOf(id), id] as const) : [];
    await Promise.all([
      user !== undefined && this.#sets.remove(this.#userSet(user), ids),
      ...shards.map(([shard, id]) => this.#sets.remove(shard, [id])),
    ]);
  }

  /** The entries of a user's sessions. */
  async entriesOf(user: string): Promise<ScoredMember[]> {
    return this.#sets.entries(this.#userSet(user));
  }

  /** Judges each of some entries by what the key of its session holds. */
  look<Answer>(entries: readonly ScoredMember[], judge: Judge<Answer>): Promise<Answer[]> {
    return this.#sets.look(entries, judge);
  }

  /** Drops entries of a user that were found dead. */
  async dropOf(user: string, dead: readonly ScoredMember[], isDead: IsDead): Promise<void> {
    await this.#sets.drop(this.#userSet(user), dead, isDead);
  }

  /** Counts all entries that have not expired. Needs the option `trackCount`. */
  async length(): Promise<number> {
    const lengths = await Promise.all(this.#shards().map((set) => this.#sets.length(set)));
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  /** Drops every entry whose session is not there. */
  async sweep(): Promise<void> {
    if (this.#settings.trackCount) {
      for (const set of this.#shards()) await this.#sets.sweep(set);
    }
    if (!this.hasUsers) return;
    const { client, scanCount } = this.#settings;
    for await (const sets of keysWithPrefix(client, this.#userSet(''), scanCount)) {
      for (const set of sets) await this.#sets.sweep(set);
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
