import { SessionRepository } from '../session-repository.ts';
import { answer } from './callback.ts';

/** What `@fastify/session` gives to a store. */
type Callback<Answer = void> = (error: unknown, answer?: Answer) => void;

/**
 * The field of a session that leads to the object that it was copied from. It holds a function, which JSON leaves out, and
 * so does what `@fastify/session` compares to see whether a session was changed.
 */
const ORIGIN = 'holdfastOrigin';

/** What a store has read, and under which id. */
interface Origin<Session> {
  id: string;
  session: Session;
}

/**
 * A session store for `@fastify/session`: a {@link SessionRepository} that also has the three methods that it calls.
 *
 * `@fastify/session` copies the fields of what a store answers to an object of its own. For a store that does not see this,
 * each session is a new one that nothing is known of: concurrent requests would overwrite each other, a sign-out would
 * be undone by a request under way, and with `maxLifetime` a session would begin anew at each save. So a session that was
 * read has one field more, `holdfastOrigin`, until it is saved, which is not stored.
 */
export class FastifyStore<Session extends object> extends SessionRepository<Session> {
  readonly #origins = new WeakMap<object, Origin<Session>>();

  /** Reads a session, as {@link SessionRepository.load} does. */
  get(id: string, callback: Callback<Session | null>): void {
    answer(callback, async () => {
      const session = await this.load(id);
      if (session === null) return null;
      const mark = () => {};
      this.#origins.set(mark, { id, session });
      return { ...session, [ORIGIN]: mark };
    });
  }

  /** Stores a session, as {@link SessionRepository.save} does. */
  set(id: string, session: Session, callback: Callback): void {
    answer(callback, async () => {
      this.#recognise(id, session);
      await this.save(id, session);
    });
  }

  /** Removes a session. */
  override destroy(id: string): Promise<void>;
  override destroy(id: string, callback: Callback): void;
  override destroy(id: string, callback?: Callback): unknown {
    return answer(callback, () => super.destroy(id));
  }

  /**
   * Lets a session stand for the one that it was copied from, so that from then on the session itself is known. Not where an
   * application has copied its fields to a session with another id.
   */
  #recognise(id: string, session: Session & { [ORIGIN]?: object }): void {
    const mark = session[ORIGIN];
    const origin = typeof mark === 'function' ? this.#origins.get(mark) : undefined;
    // Not ours: a field of the application's own.
    if (origin === undefined) return;
    delete session[ORIGIN];
    if (origin.id === id) this.adopt(origin.session, session);
  }
}
