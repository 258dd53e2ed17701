import { HoldfastError, isAway } from '../errors.ts';
import type { SessionIndex } from '../indexes/session-index.ts';
import type { Settings } from '../options.ts';
import type { ScoredMember } from '../redis/redis-like.ts';
import type { SessionKeys } from '../session/session-keys.ts';
import type { SessionReader } from '../session/session-reader.ts';
import { lastActiveAt, MAX_TTL_MS } from '../session/ttl.ts';
import { batchesOf } from '../util/batches.ts';

/** A live session of a user. */
export interface UserSession<Session> {
  /** With the option `hashIds`, which knows no ids, the same as `handle`. */
  id: string;
  /**
   * Its handle, SHA-256 of the id, in hexadecimal digits: stands for the session where others see it, as the id would
   * let them in.
   */
  handle: string;
  session: Session;
  /** When it expires, unless it is saved or touched before; undefined where it never does. */
  expires: Date | undefined;
  /** When it was last saved or touched, reckoned back from its expiry. */
  lastActive: Date;
}

/**
 * What an entry in a user's set stands for. Over is a session that is there after its longest life. Unreadable is also
 * a session that The userId function fails for.
 */
type Found<Session> =
  | { entry: ScoredMember; kind: 'dead' | 'over' }
  | { entry: ScoredMember; kind: 'unreadable'; error: HoldfastError }
  | { entry: ScoredMember; kind: 'live'; session: Session };

/** A live session as it is listed, and its entry. */
interface Listed<Session> {
  entry: ScoredMember;
  described: UserSession<Session>;
}

/** Lists and ends the sessions of a user, at the cost of those sessions, however many others there are. */
export class UserSessions<Session extends object> {
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

  /** All of them that can be read, newest activity first; where two are equally new, in the order of their ids. */
  async of(user: string): Promise<UserSession<Session>[]> {
    return this.#newestFirst(await this.#find(user)).map(({ described }) => described);
  }

  /** How many there are that can be read. */
  async count(user: string): Promise<number> {
    return (await this.#find(user)).filter(({ kind }) => kind === 'live').length;
  }

  /**
   * Ends all of them, those included that are over or cannot be read.
   * @param kept the keys of those that are not ended.
   */
  async end(user: string, kept: readonly string[]): Promise<number> {
    const found = (await this.#find(user)).filter(({ kind }) => kind !== 'dead');
    const ids = found.map(({ entry }) => entry.member);
    return this.#endEach(
      user,
      ids.filter((id) => !kept.includes(this.#settings.prefix + id)),
    );
  }

  /**
   * Ends the least recently active ones beyond `maxPerUser`. The newest sign-in may be among them: of two that come at
   * the same time, each would else end the other.
   */
  async limit(user: string): Promise<void> {
    const { maxPerUser } = this.#settings;
    if (maxPerUser === Number.POSITIVE_INFINITY) return;
    const beyond = this.#newestFirst(await this.#find(user)).slice(maxPerUser);
    await this.#endEach(
      user,
      beyond.map(({ entry }) => entry.member),
    );
  }

  async #endEach(user: string, ids: readonly string[]): Promise<number> {
    const { client, prefix, scanCount } = this.#settings;
    let ended = 0;
    for (const batch of batchesOf(ids, scanCount)) {
      ended += await client.del(batch.map((id) => prefix + id));
      await this.#index.leave(batch, user);
    }
    return ended;
  }

  /** What each entry of the user stands for. Drops the dead ones, and tells of those that cannot be read. */
  async #find(user: string): Promise<Found<Session>[]> {
    const all: Found<Session>[] = [];
    for (const batch of batchesOf(await this.#index.entriesOf(user), this.#settings.scanCount)) {
      const found = await this.#index.look(batch, (entry, text) => this.#behind(user, entry, text));
      all.push(...found);
    }
    for (const each of all) if (each.kind === 'unreadable') this.#reader.warn(each.error);
    const dead = all.filter(({ kind }) => kind === 'dead').map(({ entry }) => entry);
    await this.#index.dropOf(user, dead, async (entry, text) => {
      return (await this.#behind(user, entry, text)).kind === 'dead';
    });
    return all;
  }

  async #behind(user: string, entry: ScoredMember, text: string | null): Promise<Found<Session>> {
    if (text === null) return { entry, kind: 'dead' };
    try {
      const session = await this.#reader.read(this.#settings.prefix + entry.member, text);
      if (session === null) return { entry, kind: 'over' };
      const isTheirs = this.#index.userOf(session) === user;
      return isTheirs ? { entry, kind: 'live', session } : { entry, kind: 'dead' };
    } catch (error) {
      if (!(error instanceof HoldfastError) || isAway(error)) throw error;
      return { entry, kind: 'unreadable', error };
    }
  }

  #newestFirst(all: readonly Found<Session>[]): Listed<Session>[] {
    const live = all.filter((found) => found.kind === 'live');
    const listed = live.map(({ entry, session }) => ({
      entry,
      described: this.#describe(entry, session),
    }));
    return listed.sort(({ described: one }, { described: other }) => byActivity(one, other));
  }

  #describe({ member, score }: ScoredMember, session: Session): UserSession<Session> {
    const { ttl, disableTTL } = this.#settings;
    const lastActive = disableTTL ? score - MAX_TTL_MS : lastActiveAt(session, ttl, score);
    const key = this.#settings.prefix + member;
    return {
      id: this.#keys.listedId(key),
      handle: this.#keys.handleAt(key),
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
