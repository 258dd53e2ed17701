import { HoldfastError, isUnreadable, isWrongType } from '../errors.ts';
import type { IsDead } from '../indexes/session-id-sets.ts';
import type { IndexEntry, SessionIndex } from '../indexes/session-index.ts';
import type { Settings } from '../options.ts';
import { notesOnObjects } from '../util/private-slot.ts';
import type { Trace } from '../util/tracing.ts';
import { hasMethods, ignoreRejection, property } from '../util/values.ts';
import type { Lifetimes } from './creation-times.ts';
import { type Fields, isSameButExpiry, merge } from './merge.ts';
import { checkedSession, type SessionCodec } from './session-codec.ts';
import { type Keys, storageIdAt } from './session-keys.ts';
import { WrittenExpiries } from './touch-throttle.ts';
import { remainingMs, withoutPastExpiry } from './ttl.ts';
import { type Left, type Turn, Turns } from './write-queue.ts';

/** What a session object was read from, or was last written as. */
interface Base {
  readonly key: string;
  /** The text that the object's fields are compared with, to see what the application changed. */
  read: string;
  /** The text that Redis held then, which is another one after a merge. */
  stored: string;
  /** Whose session it was then. */
  user: string | undefined;
  /** Its cookie as it was then, which the session object may have changed since. */
  cookie: Fields;
}

/** What a session object is to be stored as. */
interface Version<Session> {
  session: Session;
  user: string | undefined;
  text: string;
}

/** Told that a session has become this user's. */
type OnSignIn = (user: string) => Promise<void>;

/** How often a write starts anew when others write at the same time, before it is an error. */
const MAX_TRIES = 50;
const MAX_PAUSE_MS = 50;

/**
 * Writes sessions so that concurrent writers lose nothing: a session that was read is written by compare-and-set
 * against the text that it was read from, and merged with what another writer stored meanwhile. The writes of one
 * session in this process take turns, so that each finds what the one before it has stored.
 */
export class SessionWriter<Session extends object> {
  readonly #settings: Settings<Session>;
  readonly #codec: SessionCodec<Session>;
  readonly #lifetimes: Lifetimes;
  readonly #index: SessionIndex<Session>;
  readonly #onSignIn: OnSignIn;
  readonly #expiries: WrittenExpiries;
  readonly #bases = notesOnObjects<Base>();
  readonly #turns: Turns;
  /** Of these, each waits for the application's own work, too, however long that takes. */
  readonly #updates = new Turns(Number.POSITIVE_INFINITY);

  constructor(
    settings: Settings<Session>,
    codec: SessionCodec<Session>,
    lifetimes: Lifetimes,
    index: SessionIndex<Session>,
    onSignIn: OnSignIn,
  ) {
    this.#settings = settings;
    this.#codec = codec;
    this.#lifetimes = lifetimes;
    this.#index = index;
    this.#onSignIn = onSignIn;
    this.#turns = new Turns(settings.timeoutMs);
    this.#expiries = new WrittenExpiries(settings.touchAfter);
  }

  /** Notes the text that a session object stands for. */
  remember(key: string, session: Session, text: string): void {
    this.#bases.set(session, this.#newBase(key, session, text));
  }

  #newBase(key: string, session: Session, text: string): Base {
    const user = this.#index.userAsStored(session);
    return { key, read: text, stored: text, user, cookie: { ...cookieOf(session) } };
  }

  /**
   * Ends when what this process was told to write to a key has been written, or has failed; undefined where there is
   * nothing. Of an update, only the write counts: its `change` may read the session itself.
   */
  pending(key: string): Promise<unknown> | undefined {
    return this.#turns.pending(key);
  }

  /** Lets another object of the same content stand for the same text. */
  adopt(from: object, to: object): void {
    const base = this.#bases.get(from);
    if (base !== undefined) this.#bases.set(to, { ...base });
    this.#lifetimes.adopt([from], to);
  }

  /** Of the keys that a session can be under, the one that its object was read from or written to; else all of them. */
  keysOf(session: Session, keys: Keys): Keys {
    const key = this.#bases.get(checkedSession(session))?.key;
    return key !== undefined && keys.includes(key) ? [key] : keys;
  }

  /** What is known of a session object that was read from this key, or written to it. */
  #baseOf(key: string, session: Session): Base | undefined {
    const base = this.#bases.get(session);
    return base?.key === key ? base : undefined;
  }

  /** The same, where it says that the session is to be stored only over what was read. */
  #expectedOf(key: string, session: Session): Base | undefined {
    return this.#settings.concurrency === 'overwrite' ? undefined : this.#baseOf(key, session);
  }

  /**
   * Stores a session. One that was never read from this key is stored whatever is there; one that was, only where it
   * is still there. What is stored is the session as it is now, and its turn comes in the order of the calls, however
   * long the serializer takes.
   * @returns what is stored now; undefined where there was no such key any more, and none was made.
   */
  save(key: string, session: Session, trace: Trace): Promise<Left> {
    const version = this.#versionOf(key, session);
    if (version instanceof Promise) ignoreRejection(version);
    const store = (mine: Version<Session>, turn: Turn) => {
      const base = this.#expectedOf(key, session);
      if (base === undefined) return this.#set(key, mine, turn, trace);
      return this.#saveOver(base, mine, turn, trace);
    };
    return this.#turns.take(key, (turn) =>
      version instanceof Promise ? version.then((mine) => store(mine, turn)) : store(version, turn),
    );
  }

  #versionOf(key: string, session: Session): Version<Session> | Promise<Version<Session>> {
    const user = this.#index.userOf(checkedSession(session));
    const text = this.#codec.stringify(key, session);
    if (typeof text === 'string') return { session, user, text };
    return text.then((written) => ({ session, user, text: written }));
  }

  async #set(
    key: string,
    { session, user, text }: Version<Session>,
    turn: Turn,
    trace: Trace,
  ): Promise<Left> {
    const ttlMs = this.#ttlMsOf(session);
    if (ttlMs === 0) {
      trace.outcome = 'ended';
      await this.#remove(key, turn);
      return text;
    }
    const entry = await this.#index.enter(this.#id(key), user, ttlMs);
    turn.checkNotOver();
    await this.#settings.client.set(key, text, ttlMs);
    const known = this.#baseOf(key, session);
    this.#expiries.note(key, ttlMs);
    const base = known ?? { ...this.#newBase(key, session, text), user: undefined };
    // One that was read from another key goes on to stand for that.
    if (this.#bases.get(session) === undefined) this.#bases.set(session, base);
    if (known === undefined || known.user !== user) await this.#changeHands(base, entry);
    return text;
  }

  /**
   * Puts off the end of a session: one that was read is stored as it was read, with nothing but its cookie changed; of
   * any other, the key's expiry alone moves. One whose cookie has run out is ended, whatever the options say.
   */
  async touch(key: string, session: Session, trace: Trace): Promise<void> {
    await this.#turns.take(key, async (turn) => {
      const base = this.#expectedOf(key, session);
      if (base === undefined || !('cookie' in session)) {
        await this.#pexpire(key, session, turn, trace);
        return turn.before;
      }
      const read = await this.#codec.parse(key, base.read);
      const touched = { ...read, cookie: session.cookie };
      this.#lifetimes.adopt([read, session], touched);
      return this.#saveOver(base, await this.#versionOf(key, touched), turn, trace);
    });
  }

  /** Whether a touch has something to do. */
  isToTouch(key: string, session: Session): boolean {
    const { disableTouch, disableTTL } = this.#settings;
    const ttlMs = this.#ttlMsOf(session);
    return ttlMs === 0 || !(disableTouch || disableTTL || this.#isRecent(key, session, ttlMs));
  }

  /** Whether a touch would change next to nothing. */
  #isRecent(key: string, session: Session, ttlMs: number | undefined): boolean {
    const base = this.#baseOf(key, session);
    if (ttlMs === undefined || base === undefined) return false;
    return this.#expiries.isRecent(key, ttlMs) && isSameButExpiry(base.cookie, cookieOf(session));
  }

  async #pexpire(key: string, session: Session, turn: Turn, trace: Trace): Promise<void> {
    const ttlMs = this.#ttlMsOf(session);
    if (ttlMs === 0) {
      trace.outcome = 'ended';
      return this.#remove(key, turn);
    }
    if (ttlMs === undefined) return;
    const user = this.#index.userOf(session);
    await this.#index.enter(this.#id(key), user, ttlMs);
    turn.checkNotOver();
    const isThere = await this.#settings.client.pexpire(key, ttlMs);
    if (isThere) this.#expiries.note(key, ttlMs);
    else await this.#index.leave([this.#id(key)], user);
  }

  /** Removes a session, after the writes that were asked for before. */
  async destroy(key: string): Promise<void> {
    await this.#turns.take(key, async (turn) => {
      await this.#remove(key, turn);
      return undefined;
    });
  }

  async #remove(key: string, turn: Turn): Promise<void> {
    this.#expiries.forget(key);
    const user = await this.#userAt(key);
    turn.checkNotOver();
    await this.#settings.client.del([key]);
    await this.#index.leave([this.#id(key)], user);
  }

  async #userAt(key: string): Promise<string | undefined> {
    if (!this.#index.hasUsers) return undefined;
    try {
      return await this.#userIn(key, await this.#settings.client.get(key));
    } catch (error) {
      if (isWrongType(error)) return undefined;
      throw error;
    }
  }

  /** Whose a session is that is stored as this text; nobody's where it cannot be read. */
  async #userIn(key: string, text: string | null): Promise<string | undefined> {
    if (text === null) return undefined;
    try {
      return this.#index.userAsStored(await this.#codec.parse(key, text));
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }

  /**
   * Stores a session that was read in the place of what is expected there; merges it with what is there instead, and
   * tries again.
   */
  async #saveOver(base: Base, mine: Version<Session>, turn: Turn, trace: Trace): Promise<Left> {
    const { key, read, stored } = base;
    let expected = turn.before ?? stored;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const version = expected === read ? mine : await this.#merged(base, mine.text, expected);
      const [held, entry] = await this.#compareAndSet(key, expected, version, turn, trace);
      if (held === null) {
        trace.outcome = 'dropped';
        return undefined;
      }
      if (held === expected) {
        if (version !== mine) trace.outcome ??= 'merged';
        // What comes too late is no longer what the session object stands for, as a later save may have changed that.
        if (!turn.isOver) {
          base.read = mine.text;
          base.stored = version.text;
          base.cookie = { ...cookieOf(mine.session) };
        }
        if (base.user !== entry.user) await this.#changeHands(base, entry);
        return version.text;
      }
      expected = held;
      await pause(tries);
    }
    throw conflict(key);
  }

  /** @returns what the key held, and what the index says of the session now. */
  async #compareAndSet(
    key: string,
    expected: string,
    { session, user, text }: Version<Session>,
    turn: Turn,
    trace: Trace,
  ): Promise<[held: string | null, entry: IndexEntry]> {
    const leftMs = this.#ttlMsOf(session);
    const ttlMs = endingMs(leftMs);
    const entry = await this.#index.enter(this.#id(key), user, ttlMs);
    turn.checkNotOver();
    const held = await this.#settings.client.compareAndSet(key, expected, text, ttlMs);
    if (held === null) await this.#index.leave([entry.id], user);
    if (held === expected) {
      this.#expiries.note(key, ttlMs);
      if (leftMs === 0) trace.outcome = 'ended';
    } else this.#expiries.forget(key);
    return [held, entry];
  }

  /** Brings the index up to date with a session that was stored and has another user than before, or is new. */
  async #changeHands(base: Base, entry: IndexEntry): Promise<void> {
    await this.#index.confirm(entry);
    if (base.user !== undefined) await this.#leaveUser(base.user, base.key, entry);
    if (entry.user !== undefined) await this.#onSignIn(entry.user);
    base.user = entry.user;
  }

  /** Another process can have given the session back to the user meanwhile. */
  async #leaveUser(user: string, key: string, { id, expiresAt }: IndexEntry): Promise<void> {
    const isDead: IsDead = async (_, text) => (await this.#userIn(key, text)) !== user;
    await this.#index.dropOf(user, [{ member: id, score: expiresAt }], isDead);
  }

  async #merged({ key, read }: Base, mine: string, theirs: string): Promise<Version<Session>> {
    // Async, lest one that throws at once leave a rejection of another to nobody.
    const parse = async (text: string) => (await this.#codec.parse(key, text)) as Fields;
    const [before, changed, stored] = await Promise.all([parse(read), parse(mine), parse(theirs)]);
    const merged = merge(before, changed, stored, this.#settings.conflicts);
    this.#lifetimes.adopt([before, changed, stored], merged);
    return this.#versionOf(key, merged as Session);
  }

  /**
   * Reads a session, lets `change` work on it, and stores it where nobody else wrote meanwhile; else starts anew with
   * what is there then.
   * @param readText reads the key.
   * @returns the session as stored; null where there is none.
   */
  async update(
    key: string,
    readText: () => Promise<string | null>,
    change: (session: Session) => unknown,
    trace: Trace,
  ): Promise<Session | null> {
    let stored: Session | null = null;
    await this.#updates.take(key, async () => {
      let expected = await readText();
      for (let tries = 1; expected !== null; tries++) {
        if (tries > MAX_TRIES) throw conflict(key);
        const read = await this.#codec.parse(key, expected);
        if (this.#lifetimes.leftMs(read) <= 0) break;
        const session = withoutPastExpiry(read);
        this.#lifetimes.adopt([read], session);
        const base = this.#newBase(key, session, expected);
        await change(session);
        const held = await this.#replace(base, session, trace);
        if (held === expected) {
          stored = this.#ttlMsOf(session) === 0 ? null : session;
          break;
        }
        expected = held;
        await pause(tries);
      }
      return undefined;
    });
    return stored;
  }

  /** @returns what the key held. */
  async #replace(base: Base, session: Session, trace: Trace): Promise<string | null> {
    const version = await this.#versionOf(base.key, session);
    let held: string | null = null;
    await this.#turns.take(base.key, async (turn) => {
      const [found, entry] = await this.#compareAndSet(base.key, base.stored, version, turn, trace);
      held = found;
      if (held !== base.stored) return held ?? undefined;
      if (base.user !== entry.user) await this.#changeHands(base, entry);
      return version.text;
    });
    if (held === base.stored) this.remember(base.key, session, version.text);
    return held;
  }

  #id(key: string): string {
    return storageIdAt(key, this.#settings.prefix);
  }

  /** How long a session is to be kept: 0 when its cookie ended it, undefined without end. */
  #ttlMsOf(session: Session): number | undefined {
    const idleMs = remainingMs(session, this.#settings.ttl, Date.now());
    const ttlMs = Math.max(0, Math.min(idleMs, this.#lifetimes.leftMs(session)));
    return ttlMs > 0 && this.#settings.disableTTL ? undefined : ttlMs;
  }
}

/** Where a cookie ends a session that others may have given a longer life, it ends by compare-and-set, too. */
function endingMs(ttlMs: number | undefined): number | undefined {
  return ttlMs === 0 ? 1 : ttlMs;
}

/** A session's cookie, with the fields that JSON writes. */
function cookieOf(session: object): Fields {
  const cookie = property(session, 'cookie');
  const fields = hasMethods(cookie, 'toJSON') ? (cookie as { toJSON(): unknown }).toJSON() : cookie;
  return Object(fields);
}

/** Lets other writers go ahead, the longer the more often it was in vain. */
function pause(tries: number): Promise<void> {
  const ms = Math.random() * Math.min(2 ** tries, MAX_PAUSE_MS);
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function conflict(key: string): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_CONFLICT',
    `Others wrote the key ${key} each time that this process tried to, ${MAX_TRIES} times.`,
    { key },
  );
}
