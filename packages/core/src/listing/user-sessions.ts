import { type HoldfastError, isHoldfastError, isUnavailable } from '../errors.ts';
import type { IndexRisks } from '../indexes/index-risks.ts';
import type { SessionIndex } from '../indexes/session-index.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';
import { MAX_TTL_MS, type ScoredMember } from '../redis/redis-like.ts';
import { scanPrefix } from '../redis/scan-prefix.ts';
import type { EndMarkers, EndReason } from '../session/end-markers.ts';
import { type SessionKeys, storageIdAt } from '../session/session-keys.ts';
import type { SessionReader } from '../session/session-reader.ts';
import { lastActiveAt, type TtlSettings } from '../session/ttl.ts';
import { batchesOf } from '../util/batches.ts';
import { ignoreRejection } from '../util/values.ts';

/** A live session of a user. */
export interface UserSession<Session> {
  /** The session id; with the option `hashIds`, the session's handle. */
  id: string;
  /**
   * The session's handle: the SHA-256 of its id, in hexadecimal digits. Show it in place of the id, which would let its
   * reader sign in.
   */
  handle: string;
  session: Session;
  /** When it expires, unless it is saved or touched before. Undefined if it never expires. */
  expires: Date | undefined;
  /** When it was last saved or touched, computed back from its expiry. */
  lastActive: Date;
}

/** What a read of an entry's session found. */
type Found<Session> =
  | { entry: ScoredMember; kind: 'stale' }
  /** The session has exceeded `maxLifetime`, but its key is still there. */
  | { entry: ScoredMember; kind: 'expired' }
  /** The value cannot be read, or the `userId` function fails for it. */
  | { entry: ScoredMember; kind: 'unreadable'; error: HoldfastError }
  | { entry: ScoredMember; kind: 'live'; session: Session };

/** A live session as it is listed, and its entry. */
interface Listed<Session> {
  entry: ScoredMember;
  userSession: UserSession<Session>;
}

/** The options that {@link UserSessions} uses. */
export interface UserSettings<Session> extends TtlSettings<Session> {
  client: GuardedRedis;
  prefix: string;
  scanCount: number;
  maxPerUser: number;
}

/** The parts that {@link UserSessions} uses. */
export interface UserParts<Session extends object> {
  readonly keys: SessionKeys;
  readonly index: SessionIndex<Session>;
  readonly reader: SessionReader<Session>;
  readonly markers: EndMarkers;
  readonly risks: IndexRisks;
}

/** Lists and ends the sessions of a user. The cost depends only on the number of that user's sessions. */
export class UserSessions<Session extends object> {
  readonly #settings: UserSettings<Session>;
  readonly #parts: UserParts<Session>;

  constructor(settings: UserSettings<Session>, parts: UserParts<Session>) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Lists the sessions that can be read, newest activity first; sessions with equal activity in the order of their ids. */
  async list(user: string): Promise<UserSession<Session>[]> {
    return this.#newestFirst(await this.#find(user)).map(({ userSession }) => userSession);
  }

  /** Counts the sessions that can be read. */
  async count(user: string): Promise<number> {
    return (await this.#find(user)).filter(({ kind }) => kind === 'live').length;
  }

  /**
   * Ends all sessions of a user, including those that have expired or cannot be read. If Redis may have evicted entries, also finds
   * those that have none.
   * @param kept the keys of sessions to keep.
   * @returns how many were ended.
   */
  async end(user: string, kept: readonly string[]): Promise<number> {
    const { prefix } = this.#settings;
    const asking = this.#parts.risks.mayEvict();
    ignoreRejection(asking);
    const found = (await this.#find(user)).filter(({ kind }) => kind !== 'stale');
    const isEnded = ({ entry }: Found<Session>) => !kept.includes(prefix + entry.member);
    const ids = found.filter(isEnded).map(({ entry }) => entry.member);
    const ended = await this.#endEach(user, ids, 'elsewhere');
    return (await asking) ? ended + (await this.#endUnlisted(user, kept)) : ended;
  }

  /** Ends the sessions of a user that are not in the index. */
  async #endUnlisted(user: string, kept: readonly string[]): Promise<number> {
    const ids = new Set<string>();
    for await (const id of this.#scanFor(user)) ids.add(id);
    for (const key of kept) ids.delete(storageIdAt(key, this.#settings.prefix));
    return this.#endEach(user, [...ids], 'elsewhere');
  }

  /** Finds the sessions of a user without the index, by reading all sessions. */
  async *#scanFor(user: string): AsyncGenerator<string, void, undefined> {
    const { client, prefix, scanCount } = this.#settings;
    for await (const keys of scanPrefix(client, prefix, scanCount)) {
      for (const batch of batchesOf(keys, scanCount)) {
        const entries = batch.map((key) => ({ member: storageIdAt(key, prefix), score: 0 }));
        for (const { kind, entry } of await this.#inspect(user, entries)) {
          if (kind === 'live') yield entry.member;
        }
      }
    }
  }

  #inspect(user: string, entries: readonly ScoredMember[]): Promise<Found<Session>[]> {
    return this.#parts.index.inspect(entries, (entry, text) => this.#judge(user, entry, text));
  }

  /**
   * Ends the least recently active sessions beyond `maxPerUser`. The session that has just signed in can be among them:
   * otherwise two sign-ins at the same time could each end the other.
   */
  async limit(user: string): Promise<void> {
    const { maxPerUser } = this.#settings;
    if (maxPerUser === Number.POSITIVE_INFINITY) return;
    const excess = this.#newestFirst(await this.#find(user)).slice(maxPerUser);
    await this.#endEach(
      user,
      excess.map(({ entry }) => entry.member),
      'limit',
    );
  }

  async #endEach(user: string, ids: readonly string[], reason: EndReason): Promise<number> {
    const { prefix, scanCount } = this.#settings;
    let ended = 0;
    for (const batch of batchesOf(ids, scanCount)) {
      const keys = batch.map((id) => prefix + id);
      ended += await this.#parts.markers.end(keys, reason);
      await this.#parts.index.removeEntries(batch, user);
    }
    return ended;
  }

  /** Reads what is behind each entry of a user. Removes stale entries, and reports values that cannot be read. */
  async #find(user: string): Promise<Found<Session>[]> {
    const { index, reader } = this.#parts;
    const all: Found<Session>[] = [];
    for (const batch of batchesOf(await index.entriesOf(user), this.#settings.scanCount)) {
      all.push(...(await this.#inspect(user, batch)));
    }
    for (const each of all) if (each.kind === 'unreadable') reader.warn(each.error);
    const stale = all.filter(({ kind }) => kind === 'stale').map(({ entry }) => entry);
    await index.pruneUser(user, stale, async (entry, text) => {
      return (await this.#judge(user, entry, text)).kind === 'stale';
    });
    return all;
  }

  async #judge(user: string, entry: ScoredMember, text: string | null): Promise<Found<Session>> {
    if (text === null) return { entry, kind: 'stale' };
    try {
      const session = await this.#parts.reader.parse(this.#settings.prefix + entry.member, text);
      if (session === null) return { entry, kind: 'expired' };
      const belongsToUser = this.#parts.index.userOf(session) === user;
      return belongsToUser ? { entry, kind: 'live', session } : { entry, kind: 'stale' };
    } catch (error) {
      if (!isHoldfastError(error) || isUnavailable(error)) throw error;
      return { entry, kind: 'unreadable', error };
    }
  }

  #newestFirst(all: readonly Found<Session>[]): Listed<Session>[] {
    const live = all.filter((found) => found.kind === 'live');
    const listed = live.map(({ entry, session }) => ({
      entry,
      userSession: this.#toUserSession(entry, session),
    }));
    return listed.sort(({ userSession: one }, { userSession: other }) => byActivity(one, other));
  }

  #toUserSession({ member, score }: ScoredMember, session: Session): UserSession<Session> {
    const { ttl, disableTTL } = this.#settings;
    const lastActive = disableTTL ? score - MAX_TTL_MS : lastActiveAt(session, ttl, score);
    const key = this.#settings.prefix + member;
    return {
      id: this.#parts.keys.listedId(key),
      handle: this.#parts.keys.handleAt(key),
      session,
      expires: score < MAX_TTL_MS ? new Date(score) : undefined,
      lastActive: new Date(lastActive),
    };
  }
}

function byActivity<Session>(one: UserSession<Session>, other: UserSession<Session>): number {
  const newer = other.lastActive.getTime() - one.lastActive.getTime();
  return newer || (one.id < other.id ? -1 : 1);
}
