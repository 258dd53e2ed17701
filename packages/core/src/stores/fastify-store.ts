import type { HoldfastError } from '../errors.ts';
import type { FastifyStoreOptions } from '../options.ts';
import { SessionRepository } from '../session-repository.ts';
import { isolatedListeners, type Listeners } from '../util/listeners.ts';
import { wrappable } from '../util/wrappable.ts';
import { callbackOrPromise, printWarning } from './callback.ts';

/** The callback that `@fastify/session` passes to a store. */
type Callback<Result = void> = (error: unknown, result?: Result) => void;

/**
 * The field of a session that leads to the object it was copied from. Its value is a function: JSON omits functions, and so
 * does the comparison by which `@fastify/session` detects changes.
 */
const ORIGIN = 'holdfastOrigin';

/** A session that the store has read, and its id. */
interface Origin<Session> {
  id: string;
  session: Session;
}

/**
 * A session store for `@fastify/session`: a {@link SessionRepository} with the three methods that `@fastify/session` calls.
 *
 * `@fastify/session` copies the fields of a session that it reads to a new object. To any other store, every
 * session it saves is unknown: concurrent requests overwrite each other, a request under way undoes a sign-out, and
 * `maxLifetime` starts over with every save. So a session that this store has read carries one more field,
 * `holdfastOrigin`, until it is saved. The field is not stored.
 */
export class FastifyStore<Session extends object> extends SessionRepository<Session> {
  readonly #origins = new WeakMap<object, Origin<Session>>();
  readonly #onUnhandled: (error: unknown) => void;

  static {
    wrappable(FastifyStore);
  }

  /** @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION` */
  constructor(options: FastifyStoreOptions<Session>, listeners: Listeners = {}) {
    super(options, listeners, 'FastifyStore');
    const { onWarning } = isolatedListeners(listeners);
    this.#onUnhandled =
      listeners.onWarning === undefined
        ? printWarning
        : (error) => onWarning(error as HoldfastError);
  }

  /** Reads a session, as {@link SessionRepository.load} does. */
  get(id: string, callback?: null): Promise<Session | null>;
  get(id: string, callback: Callback<Session | null>): void;
  get(id: string, callback?: Callback<Session | null> | null): unknown {
    return this.#run(callback, async () => {
      const session = await this.load(id);
      if (session === null) return null;
      const mark = () => {};
      this.#origins.set(mark, { id, session });
      return { ...session, [ORIGIN]: mark };
    });
  }

  /** Stores a session, as {@link SessionRepository.save} does. */
  set(id: string, session: Session, callback?: null): Promise<void>;
  set(id: string, session: Session, callback: Callback): void;
  set(id: string, session: Session, callback?: Callback | null): unknown {
    return this.#run(callback, async () => {
      this.#adoptOrigin(id, session);
      await this.save(id, session);
    });
  }

  /** Ends a session. Does nothing if there is none with this id. */
  override destroy(id: string): Promise<void>;
  override destroy(id: string, callback: Callback | null): void;
  override destroy(id: string, callback?: Callback | null): unknown {
    return this.#run(callback, () => super.destroy(id));
  }

  /**
   * Runs an operation with a callback or as a promise. A callback that throws does not end the process: @fastify/session
   * throws in it if a handler has replied twice.
   */
  #run<Result>(callback: Callback<Result> | null | undefined, run: () => Promise<Result>): unknown {
    const harmless = typeof callback === 'function' ? withoutThrowing(callback) : callback;
    return callbackOrPromise(harmless, run, this.#onUnhandled);
  }

  /**
   * Makes a session stand for the one that it was copied from. Not if the application has copied the fields to a session
   * with another id.
   */
  #adoptOrigin(id: string, session: Session & { [ORIGIN]?: object }): void {
    const mark = session[ORIGIN];
    const origin = typeof mark === 'function' ? this.#origins.get(mark) : undefined;
    if (origin === undefined) {
      // A session of @fastify/session, and not another object of the application. It was not read, so it was created.
      if (Reflect.get(session, 'sessionId') === id) this.declareNew(session);
      // If there is a mark, it is a field of the application.
      return;
    }
    delete session[ORIGIN];
    if (origin.id === id) this.adopt(origin.session, session);
  }
}

function withoutThrowing<Result>(callback: Callback<Result>): Callback<Result> {
  return (error, result) => {
    try {
      callback(error, result);
    } catch (thrown) {
      printWarning(thrown);
    }
  };
}
