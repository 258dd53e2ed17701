import { HoldfastError } from './errors.ts';
import { type Fields, merge } from './merge.ts';
import type { Settings } from './options.ts';
import type { SessionCodec } from './session-codec.ts';
import { remainingMs, withoutPastExpiry } from './ttl.ts';
import { type Left, Turns } from './turns.ts';

/** What a session object was read from, or was last written as. */
interface Base {
  readonly key: string;
  /** The text that the object's fields are compared with, to see what the application changed. */
  read: string;
  /** The text that Redis held then, which is another one after a merge. */
  stored: string;
}

/** Whether a write reached Redis. `gone`: there was no such key any more, and none was made. */
export type Outcome = 'stored' | 'gone';

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
  readonly #bases = new WeakMap<object, Base>();
  readonly #turns = new Turns();
  readonly #updates = new Turns();

  constructor(settings: Settings<Session>, codec: SessionCodec<Session>) {
    this.#settings = settings;
    this.#codec = codec;
  }

  /** Notes the text that a session object stands for. */
  remember(key: string, session: Session, text: string): void {
    if (this.#settings.concurrency === 'overwrite') return;
    this.#bases.set(session, { key, read: text, stored: text });
  }

  /** Lets another object of the same content stand for the same text. */
  carryOver(from: object, to: object): void {
    const base = this.#bases.get(from);
    if (base !== undefined) this.#bases.set(to, { ...base });
  }

  /** Whether a session object was read from this key, or written to it. */
  #baseOf(key: string, session: Session): Base | undefined {
    const base = this.#bases.get(session);
    return base?.key === key ? base : undefined;
  }

  /**
   * Stores a session. One that was never read from this key is stored whatever is there; one that was, only where it
   * is still there. What is stored is the session as it is now, and its turn comes in the order of the calls, however
   * long the serializer takes.
   */
  async save(key: string, session: Session): Promise<Outcome> {
    const text = this.#codec.stringify(key, session);
    text.catch(() => {});
    const left = await this.#turns.take(key, async (before) => {
      const base = this.#baseOf(key, session);
      if (base !== undefined) return this.#saveOver(base, session, await text, before);
      return this.#set(key, session, await text);
    });
    return left === undefined ? 'gone' : 'stored';
  }

  async #set(key: string, session: Session, text: string): Promise<Left> {
    const ttlMs = this.ttlMsOf(session);
    if (ttlMs === 0) {
      await this.#settings.client.del([key]);
      return text;
    }
    await this.#settings.client.set(key, text, ttlMs);
    // One that was read from another key goes on to stand for that.
    if (!this.#bases.has(session)) this.remember(key, session, text);
    return text;
  }

  /**
   * Puts off the end of a session: one that was read is stored as it was read, with nothing but its cookie changed; of
   * any other, the key's expiry alone moves.
   */
  async touch(key: string, session: Session): Promise<void> {
    await this.#turns.take(key, async (before) => {
      const base = this.#baseOf(key, session);
      if (base === undefined || !('cookie' in session)) return this.#expire(key, session, before);
      const read = await this.#codec.parse(key, base.read);
      const text = await this.#codec.stringify(key, { ...read, cookie: session.cookie });
      return this.#saveOver(base, session, text, before);
    });
  }

  async #expire(key: string, session: Session, before: Left): Promise<Left> {
    const ttlMs = this.ttlMsOf(session);
    if (ttlMs === 0) await this.#settings.client.del([key]);
    else if (ttlMs !== undefined) await this.#settings.client.expire(key, ttlMs);
    return before;
  }

  /** Removes a session, after the writes that were asked for before. */
  async destroy(key: string): Promise<void> {
    await this.#turns.take(key, async () => {
      await this.#settings.client.del([key]);
      return undefined;
    });
  }

  /**
   * Stores a session that was read in the place of what is expected there; merges it with what is there instead, and
   * tries again.
   * @param before what the turn before has left there.
   */
  async #saveOver(base: Base, session: Session, text: string, before: Left): Promise<Left> {
    const { key, read, stored } = base;
    let expected = before ?? stored;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const [value, valued] =
        expected === read ? [text, session] : await this.#merged(base, text, expected);
      const ttlMs = endingMs(this.ttlMsOf(valued));
      const held = await this.#settings.client.compareAndSet(key, expected, value, ttlMs);
      if (held === null) return undefined;
      if (held === expected) {
        base.read = text;
        base.stored = value;
        return value;
      }
      expected = held;
      await pause(tries);
    }
    throw conflict(key);
  }

  async #merged(base: Base, text: string, stored: string): Promise<[string, Session]> {
    const parse = (one: string) => this.#codec.parse(base.key, one) as Promise<Fields>;
    const [before, mine, theirs] = await Promise.all([
      parse(base.read),
      parse(text),
      parse(stored),
    ]);
    const session = merge(before, mine, theirs, this.#settings.resolve) as Session;
    return [await this.#codec.stringify(base.key, session), session];
  }

  /**
   * Reads a session, lets `change` work on it, and stores it where nobody else wrote meanwhile; else starts anew with
   * what is there then.
   * @param read reads the key.
   * @returns the session as stored; null where there is none.
   */
  async update(
    key: string,
    read: () => Promise<string | null>,
    change: (session: Session) => unknown,
  ): Promise<Session | null> {
    let stored: Session | null = null;
    await this.#updates.take(key, async () => {
      let expected = await read();
      for (let tries = 1; expected !== null; tries++) {
        if (tries > MAX_TRIES) throw conflict(key);
        const session = withoutPastExpiry(await this.#codec.parse(key, expected));
        await change(session);
        const held = await this.#replace(key, expected, session);
        if (held === expected) {
          stored = this.ttlMsOf(session) === 0 ? null : session;
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
  async #replace(key: string, expected: string, session: Session): Promise<string | null> {
    const text = await this.#codec.stringify(key, session);
    let held: string | null = null;
    await this.#turns.take(key, async () => {
      const ttlMs = endingMs(this.ttlMsOf(session));
      held = await this.#settings.client.compareAndSet(key, expected, text, ttlMs);
      return held === expected ? text : (held ?? undefined);
    });
    if (held === expected) this.remember(key, session, text);
    return held;
  }

  /** How long a session is to be kept: 0 when its cookie ended it, undefined without end. */
  ttlMsOf(session: Session): number | undefined {
    const ttlMs = remainingMs(session, this.#settings.ttl, Date.now());
    return ttlMs > 0 && this.#settings.disableTTL ? undefined : ttlMs;
  }
}

/** Where a cookie ends a session that others may have given a longer life, it ends by compare-and-set, too. */
function endingMs(ttlMs: number | undefined): number | undefined {
  return ttlMs === 0 ? 1 : ttlMs;
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
