import type { Session, SessionData, Store } from 'express-session';
import { endedMeanwhile, type HoldfastError } from '../errors.ts';
import type { StoredSession } from '../listing/session-list.ts';
import type { UserSession } from '../listing/user-sessions.ts';
import type { StoreOptions } from '../options.ts';
import type { EndReason } from '../session/end-markers.ts';
import { onlyDeletes } from '../session/merge.ts';
import { type Page, SessionRepository } from '../session-repository.ts';
import {
  type DroppedSave,
  type FailedSave,
  isolated,
  type ReplacedChange,
} from '../util/listeners.ts';
import { hasLostChanges, isAskedFor, noteDropped } from '../util/session-saves.ts';
import { getProperty } from '../util/values.ts';
import { wrappable } from '../util/wrappable.ts';
import { callbackOrPromise, printWarning } from './callback.ts';
import { EndedRequests, type Generate } from './ended-requests.ts';
import { type StoreEvents, StoreWithEvents } from './store-events.ts';
import { WatchedPromise } from './watched-promise.ts';

/** The type that express-session gives to the error of a callback. */
type StoreError = Parameters<Parameters<Store['get']>[1]>[0];

/** A request of Express. */
type Request = Parameters<Store['createSession']>[0];

/** Is called exactly once: with an error, or with null and the result. */
export type Callback<Result = void> = (error: StoreError, result?: Result) => void;

/** A session with its id among its fields, or with `hashIds` its handle, as {@link RedisStore.all} returns it. */
export type SessionWithId = SessionData & { id: string };

/**
 * A session store for express-session: `session({ store: new RedisStore({ client }) })`.
 *
 * Every method takes a callback, as express-session's contract requires, and then returns nothing. Without a callback, or with
 * null, it returns a promise. {@link SessionRepository} says what each method does, and which errors there are. An error that a
 * callback throws is an uncaught exception, as with any callback of Node's.
 *
 * Emits these events:
 * - `warning`, with a {@link HoldfastError}, for each stored value that cannot be read, if that does not fail the call: see
 *   {@link Listeners}.
 * - `dropped`, with a {@link DroppedSave}, for each save that stored nothing because the session was ended after the request
 *   had read it.
 * - `conflict`, with a {@link ReplacedChange}, for each change of another request that a save has replaced, because both had
 *   changed the same value.
 * - `saveError`, with a {@link FailedSave}, for each save that failed. express-session may learn of it too late to respond
 *   with anything but 200.
 * - `disconnect` and `connect`, for express-session, with `onOutage: "skip"`.
 */
export class RedisStore extends StoreWithEvents {
  readonly #repository: SessionRepository<SessionData>;
  readonly #endedRequests = new EndedRequests();
  #generate: Generate | undefined;

  static {
    wrappable(RedisStore);
  }

  /** @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION` */
  constructor(options: StoreOptions<SessionData>) {
    super();
    const listeners = {
      onWarning: (warning: HoldfastError) => this.#emit('warning', warning),
      onDropped: (dropped: DroppedSave) => this.#emit('dropped', dropped),
      onConflict: (conflict: ReplacedChange) => this.#emit('conflict', conflict),
      onSaveError: (failed: FailedSave) => this.#emit('saveError', failed),
      onOutage: (isUnavailable: boolean) => {
        if (options.onOutage === 'skip') this.#emit(isUnavailable ? 'disconnect' : 'connect');
      },
    };
    this.#repository = new SessionRepository(options, listeners, 'RedisStore');
    this.#wrapGenerate();
  }

  /** express-session assigns its function `generate` to the store, and calls it for each request without a session. */
  #wrapGenerate(): void {
    Object.defineProperty(this, 'generate', {
      configurable: true,
      enumerable: true,
      get: () => this.#generate,
      set: (given: Generate) => {
        const generate = this.#endedRequests.wrap(given);
        this.#generate = (request) => {
          generate(request);
          this.#repository.declareNew(request.session);
        };
      },
    });
  }

  /** Emits an event. A listener that throws does not keep it from the others, such as express-session's own. */
  #emit<Event extends keyof StoreEvents>(event: Event, ...details: StoreEvents[Event]): void {
    for (const listener of this.rawListeners(event)) {
      isolated(() => Reflect.apply(listener, this, details));
    }
  }

  /** Runs an operation with a callback or as a promise. */
  #run<Result>(
    callback: ((error: unknown, result?: Result) => void) | null | undefined,
    run: () => Promise<Result>,
    event?: 'saveError',
  ): unknown {
    return callbackOrPromise(callback, run, (error) => this.#onUnhandled(error, event));
  }

  #promise<Result>(run: () => Promise<Result>): Promise<Result> {
    return new WatchedPromise(run, (error) => this.#onUnhandled(error));
  }

  /**
   * Reports the error of an operation that the application does not wait for. A failed save has emitted `saveError` already.
   */
  #onUnhandled(error: unknown, event: 'saveError' | 'warning' = 'warning'): void {
    if (this.listenerCount(event) === 0) printWarning(error);
    else if (event === 'warning') this.#emit('warning', error as HoldfastError);
  }

  /** Reads a session. Returns null if there is none with this id, or if it has expired. */
  override get(id: string, callback?: null): Promise<SessionData | null>;
  override get(id: string, callback: Callback<SessionData | null> | null | undefined): void;
  override get(id: string, callback?: Callback<SessionData | null> | null): unknown {
    if (typeof callback !== 'function') return this.#run(callback, () => this.#repository.load(id));
    let reason: EndReason | undefined;
    const read: Callback<SessionData | null> = (error, session) =>
      this.#endedRequests.during(reason, () => callback(error, session));
    return this.#run(read, async () => {
      const session = await this.#repository.load(id);
      if (session === null) reason = await this.#repository.endReason(id);
      return session;
    });
  }

  /** Stores a session, or removes it if its cookie has expired. */
  override set(id: string, session: SessionData, callback?: null): Promise<void>;
  override set(id: string, session: SessionData, callback: Callback | null | undefined): void;
  override set(id: string, session: SessionData, callback?: Callback | null): unknown {
    // What express-session calls it for can only be told in this moment.
    const isAsked = isAskedFor(getProperty(session, 'req') as object | undefined);
    return this.#run(callback, () => this.#save(id, session, isAsked), 'saveError');
  }

  async #save(id: string, session: SessionData, isAsked: boolean): Promise<void> {
    if (this.#endedRequests.isUnstored(session)) {
      noteDropped(session, !onlyDeletes({}, { ...session }));
      this.#emit('dropped', { handle: this.handleOf(id), reason: 'gone' });
    } else {
      await this.#repository.save(id, session);
    }
    if (isAsked && hasLostChanges(session)) throw endedMeanwhile();
  }

  /** Extends the life of a stored session. Does nothing if there is no such session, or with `disableTouch`. */
  override touch(id: string, session: SessionData, callback?: null): Promise<void>;
  override touch(id: string, session: SessionData, callback: Callback | null | undefined): void;
  override touch(id: string, session: SessionData, callback?: Callback | null): unknown {
    return this.#run(callback, () => this.#repository.touch(id, session));
  }

  /**
   * Changes a stored session atomically, for counters and lists: see {@link SessionRepository.update}.
   * @returns the session as stored; null if there is none.
   */
  update(id: string, change: (session: SessionData) => unknown): Promise<SessionData | null> {
    return this.#promise(() => this.#repository.update(id, change));
  }

  /** Ends a session. Does nothing if there is none with this id. */
  override destroy(id: string, callback?: null): Promise<void>;
  override destroy(id: string, callback: Callback | null | undefined): void;
  override destroy(id: string, callback?: Callback | null): unknown {
    return this.#run(callback, () => this.#repository.destroy(id));
  }

  /**
   * Ends the session of a request, and creates another one for it. express-session calls this for
   * `request.session.regenerate`.
   */
  override regenerate(request: Request, callback?: null): Promise<void>;
  override regenerate(request: Request, callback: Callback | null | undefined): void;
  override regenerate(request: Request, callback?: Callback | null): unknown {
    const { sessionID: id } = request;
    return this.#run(callback, async () => {
      try {
        if (typeof id === 'string') await this.#repository.destroy(id, 'regenerated');
      } finally {
        this.#generate?.(request);
      }
    });
  }

  /** Returns what can be shown of a session in place of its id: see {@link SessionRepository.handleOf}. */
  handleOf(id: string): string {
    return this.#repository.handleOf(id);
  }

  /** Ends the session with this handle. Needs the option `hashIds`: see {@link SessionRepository.destroyByHandle}. */
  destroyByHandle(handle: string): Promise<void> {
    return this.#promise(() => this.#repository.destroyByHandle(handle));
  }

  /** Lists the live sessions of a user, newest activity first: see {@link SessionRepository.listByUser}. */
  listByUser(user: string, page?: Page): Promise<UserSession<SessionData>[]> {
    return this.#promise(() => this.#repository.listByUser(user, page));
  }

  /** Counts the live sessions of a user: see {@link SessionRepository.countByUser}. */
  countByUser(user: string): Promise<number> {
    return this.#promise(() => this.#repository.countByUser(user));
  }

  /** Ends all sessions of a user, except one if given: see {@link SessionRepository.destroyByUser}. */
  destroyByUser(user: string, options?: { except?: string | undefined }): Promise<number> {
    return this.#promise(() => this.#repository.destroyByUser(user, options));
  }

  /** Ends every session of this store. */
  override clear(callback?: null): Promise<void>;
  override clear(callback: Callback | null | undefined): void;
  override clear(callback?: Callback | null): unknown {
    return this.#run(callback, () => this.#repository.clear());
  }

  /** Counts the sessions of this store. Without the option `trackCount`, scans the whole database. */
  override length(callback?: null): Promise<number>;
  override length(callback: Callback<number> | null | undefined): void;
  override length(callback?: Callback<number> | null): unknown {
    return this.#run(callback, () => this.#repository.length());
  }

  /** Lists the ids of all sessions, or with the option `hashIds` their handles. Each comes once, in no order. */
  ids(callback?: null): Promise<string[]>;
  ids(callback: Callback<string[]> | null | undefined): void;
  ids(callback?: Callback<string[]> | null): unknown {
    return this.#run(callback, () => this.#repository.ids());
  }

  /** Lists all sessions with their ids. Each comes once, in no order. For many sessions, see {@link sessions}. */
  override all(callback?: null): Promise<SessionWithId[]>;
  override all(callback: Callback<SessionWithId[]> | null | undefined): void;
  override all(callback?: Callback<SessionWithId[]> | null): unknown {
    return this.#run(callback, async () => {
      const all: SessionWithId[] = [];
      for await (const { id, session } of this.sessions()) all.push(Object.assign(session, { id }));
      return all;
    });
  }

  /** Iterates over all sessions without holding them all: `for await (const { id, session } of store.sessions())`. */
  sessions(): AsyncGenerator<StoredSession<SessionData>, void, undefined> {
    return this.#repository.sessions();
  }

  /**
   * Creates the session of a request from what was stored. express-session calls this, and assumes that the stored session
   * has a `cookie`. A session without one gets a cookie that ends with the browser.
   */
  override createSession(request: Request, stored: SessionData): Session & SessionData {
    const complete = stored.cookie ? stored : { ...stored, cookie: {} as SessionData['cookie'] };
    const session = super.createSession(request, complete);
    this.#repository.adopt(stored, session);
    return session;
  }
}
