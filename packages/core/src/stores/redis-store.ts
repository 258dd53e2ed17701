import { type Session, type SessionData, Store } from 'express-session';
import type { HoldfastError } from '../errors.ts';
import type { UserSession } from '../listing/user-sessions.ts';
import type { StoreOptions } from '../options.ts';
import { type Page, SessionRepository, type StoredSession } from '../session-repository.ts';
import { type DroppedSave, type FailedSave, harmlessly } from '../util/listeners.ts';
import { answer } from './callback.ts';

/** Whatever type express-session gives to the error of a callback. */
type StoreError = Parameters<Parameters<Store['get']>[1]>[0];

/** Called exactly once: with an error, or with null and the answer. */
export type Callback<Answer = void> = (error: StoreError, answer?: Answer) => void;

/** A session with its id among its fields, or with `hashIds` its handle, as {@link RedisStore.all} answers it. */
export type SessionWithId = SessionData & { id: string };

/**
 * A session store for express-session: `session({ store: new RedisStore({ client }) })`.
 *
 * Each method takes a callback, as express-session's contract asks, and answers nothing then; without one it
 * answers a promise. What it does and which errors there are is said at {@link SessionRepository}. An error
 * that a callback throws is an uncaught exception, as with any callback of Node.
 *
 * Emits as events, of which nothing happens without a listener:
 * - `warning`, with a {@link HoldfastError}, for each stored value that does not open or cannot be read, where that is
 *   no error of the call: see {@link Listeners}.
 * - `dropped`, with a {@link DroppedSave}, for each save that stored nothing, because the session was ended since the
 *   request read it.
 * - `saveError`, with a {@link FailedSave}, for each save that failed, which express-session may learn too late to answer
 *   anything but 200.
 * - `disconnect` and `connect`, for express-session, with `onOutage: "skip"`.
 */
export class RedisStore extends Store {
  readonly #repository: SessionRepository<SessionData>;

  /** @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION` */
  constructor(options: StoreOptions<SessionData>) {
    super();
    this.#repository = new SessionRepository(options, {
      onWarning: (warning) => this.#tell('warning', warning),
      onDropped: (dropped) => this.#tell('dropped', dropped),
      onSaveError: (failed) => this.#tell('saveError', failed),
      onOutage: (isAway) => {
        if (options.onOutage === 'skip') this.#tell(isAway ? 'disconnect' : 'connect');
      },
    });
  }

  /** Emits an event so that what one listener throws keeps it from no other, such as express-session's own. */
  #tell(event: string, ...details: (HoldfastError | DroppedSave | FailedSave)[]): void {
    for (const listener of this.rawListeners(event)) {
      harmlessly(() => Reflect.apply(listener, this, details));
    }
  }

  /** Reads a session. Answers null when there is none under this id, or it has expired. */
  override get(id: string): Promise<SessionData | null>;
  override get(id: string, callback: Callback<SessionData | null> | undefined): void;
  override get(id: string, callback?: Callback<SessionData | null>): unknown {
    return answer(callback, () => this.#repository.load(id));
  }

  /** Stores a session, or destroys it where its cookie's expiry is past. */
  override set(id: string, session: SessionData): Promise<void>;
  override set(id: string, session: SessionData, callback: Callback | undefined): void;
  override set(id: string, session: SessionData, callback?: Callback): unknown {
    return answer(callback, () => this.#repository.save(id, session));
  }

  /** Puts off the end of a stored session; does nothing when there is none. */
  override touch(id: string, session: SessionData): Promise<void>;
  override touch(id: string, session: SessionData, callback: Callback | undefined): void;
  override touch(id: string, session: SessionData, callback?: Callback): unknown {
    return answer(callback, () => this.#repository.touch(id, session));
  }

  /**
   * Changes a stored session atomically, for counters and lists: see {@link SessionRepository.update}.
   * @returns the session as stored; null when there is none.
   */
  update(id: string, change: (session: SessionData) => unknown): Promise<SessionData | null> {
    return this.#repository.update(id, change);
  }

  /** Removes a session; does nothing when there is none. */
  override destroy(id: string): Promise<void>;
  override destroy(id: string, callback: Callback | undefined): void;
  override destroy(id: string, callback?: Callback): unknown {
    return answer(callback, () => this.#repository.destroy(id));
  }

  /** What stands for a session where others see it: see {@link SessionRepository.handleOf}. */
  handleOf(id: string): string {
    return this.#repository.handleOf(id);
  }

  /** Removes the session with this handle, with the option `hashIds`: see {@link SessionRepository.destroyByHandle}. */
  destroyByHandle(handle: string): Promise<void> {
    return this.#repository.destroyByHandle(handle);
  }

  /** The live sessions of a user, newest activity first: see {@link SessionRepository.listByUser}. */
  listByUser(user: string, page?: Page): Promise<UserSession<SessionData>[]> {
    return this.#repository.listByUser(user, page);
  }

  /** How many live sessions a user has: see {@link SessionRepository.countByUser}. */
  countByUser(user: string): Promise<number> {
    return this.#repository.countByUser(user);
  }

  /** Ends all sessions of a user, but for one if need be: see {@link SessionRepository.destroyByUser}. */
  destroyByUser(user: string, options?: { except?: string | undefined }): Promise<number> {
    return this.#repository.destroyByUser(user, options);
  }

  /** Removes every session of this store. */
  override clear(): Promise<void>;
  override clear(callback: Callback | undefined): void;
  override clear(callback?: Callback): unknown {
    return answer(callback, () => this.#repository.clear());
  }

  /** Counts the sessions of this store, without the option `trackCount` by a scan of the whole Redis. */
  override length(): Promise<number>;
  override length(callback: Callback<number> | undefined): void;
  override length(callback?: Callback<number>): unknown {
    return answer(callback, () => this.#repository.length());
  }

  /** The ids of all sessions, with the option `hashIds` their handles, each once, in no order. */
  ids(): Promise<string[]>;
  ids(callback: Callback<string[]> | undefined): void;
  ids(callback?: Callback<string[]>): unknown {
    return answer(callback, () => this.#repository.ids());
  }

  /** All sessions, each once and with its id, in no order. See {@link sessions} where there may be many. */
  override all(): Promise<SessionWithId[]>;
  override all(callback: Callback<SessionWithId[]> | undefined): void;
  override all(callback?: Callback<SessionWithId[]>): unknown {
    return answer(callback, async () => {
      const all: SessionWithId[] = [];
      for await (const { id, session } of this.sessions()) all.push(Object.assign(session, { id }));
      return all;
    });
  }

  /** Iterates over all sessions without holding them all: `for await (const { id, session } of …)`. */
  sessions(): AsyncGenerator<StoredSession<SessionData>, void, undefined> {
    return this.#repository.sessions();
  }

  /**
   * Makes a request's session of what was stored (express-session's contract, which takes for granted that
   * there is a `cookie`; one that was stored without it is a session that lives as long as the browser).
   */
  override createSession(
    request: Parameters<Store['createSession']>[0],
    stored: SessionData,
  ): Session & SessionData {
    const complete = stored.cookie ? stored : { ...stored, cookie: {} as SessionData['cookie'] };
    const session = super.createSession(request, complete);
    this.#repository.adopt(stored, session);
    return session;
  }
}
