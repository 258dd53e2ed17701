import type { SessionIndex } from '../indexes/session-index.ts';
import { privateSlot } from '../util/private-slot.ts';
import { cookieFieldsOf } from './cookies.ts';
import type { CreationTimes } from './creation-times.ts';
import type { Fields } from './merge.ts';
import { checkedSession } from './session-codec.ts';
import type { Keys } from './session-keys.ts';

/** What a session object was read from, or was last stored as. */
export interface Snapshot {
  readonly key: string;
  /** The text to compare the session with, to find what the application changed. */
  loadedText: string;
  /** The text that Redis held then. After a merge, it differs from `loadedText`. */
  storedText: string;
  /** The session's user then. */
  user: string | undefined;
  /** A copy of its cookie then. The application may have changed the session's own cookie since. */
  cookie: Fields;
  /** What this process has sent since, and Redis did not answer. Redis may have stored it. */
  unconfirmed: readonly UnconfirmedWrite[];
}

/** A write that Redis did not answer. */
interface UnconfirmedWrite {
  /** As {@link Snapshot.loadedText}, if Redis has stored it. */
  readonly loadedText: string;
  /** What Redis holds if it has stored it. */
  readonly storedText: string;
}

/** Remembers the snapshot of each session object that was read from Redis or stored there. */
export class Snapshots<Session extends object> {
  readonly #slot = privateSlot<Snapshot>();
  /** Sessions whose ids were not used before. */
  readonly #new = new WeakSet<object>();
  readonly #index: SessionIndex<Session>;
  readonly #creationTimes: CreationTimes;

  constructor(index: SessionIndex<Session>, creationTimes: CreationTimes) {
    this.#index = index;
    this.#creationTimes = creationTimes;
  }

  /** Remembers the text that a session was read from. */
  take(key: string, session: Session, text: string): void {
    this.keep(session, this.create(key, session, text));
  }

  /** Returns a snapshot of a session that stands for a stored text, without remembering it. */
  create(key: string, session: Session, text: string): Snapshot {
    return {
      key,
      loadedText: text,
      storedText: text,
      user: this.#index.storedUserOf(session),
      cookie: cookieFieldsOf(session),
      unconfirmed: [],
    };
  }

  keep(session: Session, snapshot: Snapshot): void {
    this.#slot.set(session, snapshot);
  }

  /** Returns the snapshot of a session that was read from this key, or stored under it. */
  of(key: string, session: Session): Snapshot | undefined {
    const snapshot = this.#slot.get(session);
    return snapshot?.key === key ? snapshot : undefined;
  }

  /** Returns whether a session was read from any key, or stored under one. */
  has(session: Session): boolean {
    return this.#slot.get(session) !== undefined;
  }

  /**
   * Returns which of the possible keys of a session to use: the one that it was read from or stored under, else the first if it
   * is new, else all.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  keysOf(session: Session, keys: Keys): Keys {
    const key = this.#slot.get(checkedSession(session))?.key;
    if (key !== undefined && keys.includes(key)) return [key];
    return this.#new.has(session) ? [keys[0]] : keys;
  }

  /** Remembers that the id of a session was not used before. */
  noteNew(session: object): void {
    this.#new.add(session);
  }

  /** Makes another object with the same content stand for the same text. */
  copy(from: object, to: object): void {
    const snapshot = this.#slot.get(from);
    if (snapshot !== undefined) this.#slot.set(to, { ...snapshot });
    this.#creationTimes.copyOldest([from], to);
  }
}
