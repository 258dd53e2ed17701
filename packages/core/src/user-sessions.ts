import { batchesOf } from './batches.ts';
import { HoldfastError, isAway } from './errors.ts';
import type { Settings } from './options.ts';
import type { ScoredMember } from './redis-like.ts';
import { hashOfId } from './session-id.ts';
import type { SessionIndex } from './session-index.ts';
import { lastActiveAt, MAX_TTL_MS } from './ttl.ts';

/** A live session of a user. */
export interface UserSession<Session> {
  id: string;
  /** SHA-256 of the id, in hexadecimal digits: stands for the session where others see it, as the id would let them in. */
  idHash: string;
  session: Session;
  /** When it expires, unless it is saved or touched before; undefined where it never does. */
  expires: Date | undefined;
  /** When it was last saved or touched, reckoned back from its expiry. */
  lastActive: Date;
}

/** What an entry in a user's set stands for. Unreadable is also a session that the index function fails for. */
type Found<Session> =
  | { entry: ScoredMember; kind: 'dead' }
  | { entry: ScoredMember; kind: 'unreadable'; error: HoldfastError }
  | { entry: ScoredMember; kind: 'live'; session: Session };

/** Lists and ends the sessions of a user, at the cost of those sessions, however many others there are. */
export class UserSessions<Session extends object> {
  readonly #settings: Settings<Session>;
  readonly #index: SessionIndex<Session>;
  readonly #read: (key: string, text: string) => Promise<Session>;

  constructor(
    settings: Settings<Session>,
    index: SessionIndex<Session>,
    read: (key: string, text: string) => Promise<Session>,
  ) {
    this.#settings = settings;
    this.#index = index;
    this.#read = read;
  }

  /**
   * All of them, newest activity first; where two are equally new, in the order of their ids.
   * @param onUnreadable told of each that cannot be read, and is left out.
   */
  async of(
    user: string,
    onUnreadable: (error: HoldfastError) => void = () => {},
  ): Promise<UserSession<Session>[]> {
    const sessions: UserSession<Session>[] = [];
    for (const found of await this.#find(user)) {
      if (found.kind === 'live') sessions.push(this.#describe(found.entry, found.session));
      if (found.kind === 'unreadable') onUnreadable(found.error);
    }
    return sessions.sort(byActivity);
  }

  /** How many there are that can be read. */
  async count(user: string): Promise<number> {
    return (await this.#find(user)).filter(({ kind }) => kind === 'live').length;
  }

  /** Ends all of them but one, those included that cannot be read. */
  async end(user: string, except?: string): Promise<number> {
    const found = (await this.#find(user)).filter(({ kind }) => kind !== 'dead');
    const ids = found.map(({ entry }) => entry.member);
    return this.#endEach(
      user,
      ids.filter((id) => id !== except),
    );
  }

  /**
   * Ends the least recently active ones beyond `maxPerUser`. The newest sign-in may be among them: of two that come at
   * the same time, each would else end the other.
   */
  async limit(user: string): Promise<void> {
    const { maxPerUser } = this.#settings;
    if (maxPerUser === Number.POSITIVE_INFINITY) return;
    const beyond = (await this.of(user)).slice(maxPerUser);
    await this.#endEach(
      user,
      beyond.map(({ id }) => id),
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

  /** What each entry of the user stands for. Drops the dead ones. */
  async #find(user: string): Promise<Found<Session>[]> {
    const all: Found<Session>[] = [];
    for (const batch of batchesOf(await this.#index.entriesOf(user), this.#settings.scanCount)) {
      const found = await this.#index.look(batch, (entry, text) => this.#behind(user, entry, text));
      all.push(...found);
    }
    const dead = all.filter(({ kind }) => kind === 'dead').map(({ entry }) => entry);
    await this.#index.dropOf(user, dead, async (entry, text) => {
      return (await this.#behind(user, entry, text)).kind === 'dead';
    });
    return all;
  }

  async #behind(user: string, entry: ScoredMember, text: string | null): Promise<Found<Session>> {
    if (text === null) return { entry, kind: 'dead' };
    try {
      const session = await this.#read(this.#settings.prefix + entry.member, text);
      const isTheirs = this.#index.userOf(session) === user;
      return isTheirs ? { entry, kind: 'live', session } : { entry, kind: 'dead' };
    } catch (error) {
      if (!(error instanceof HoldfastError) || isAway(error)) throw error;
      return { entry, kind: 'unreadable', error };
    }
  }

  #describe({ member: id, score }: ScoredMember, session: Session): UserSession<Session> {
    const { ttl, disableTTL } = this.#settings;
    const lastActive = disableTTL ? score - MAX_TTL_MS : lastActiveAt(session, ttl, score);
    return {
      id,
      idHash: hashOfId(id),
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
