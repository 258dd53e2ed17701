import { answer } from './answer.ts';
import { SessionRepository } from './session-repository.ts';

/** What `@fastify/session` gives to a store. */
type Callback<Answer = void> = (error: unknown, answer?: Answer) => void;

/**
 * The field of a session that says which object it was copied from. It holds a function, which JSON leaves out, and so does
 * what `@fastify/session` compares to see whether a session was changed.
 */
const ORIGIN = 'holdfastOrigin';

/**
 * A session store for `@fastify/session`: a {@link SessionRepository} that also has the three methods that it calls.
 *
 * `@fastify/session` copies the fields of what a store answers to an object of its own. For a store that does not see this,
 * each session is a new one that nothing is known of: concurrent requests would overwrite each other, a sign-out would
 * be undone by a request under way, and with `maxLifetime` a session would begin anew at each save.
 */
export class FastifyStore<Session extends object> extends SessionRepository<Session> {
  /** Reads a session, as {@link SessionRepository.load} does. */
  get(id: string, callback: Callback<Session | null>): void {
    answer(callback, async () => {
      const read = await this.load(id);
      return read === null ? null : { ...read, [ORIGIN]: () => read };
    });
  }

  /** Stores a session, as {@link SessionRepository.save} does. */
  set(id: string, session: Session, callback: Callback): void {
    answer(callback, () => {
      this.#recognise(session);
      return this.save(id, session);
    });
  }

  /** Removes a session. */
  override destroy(id: string): Promise<void>;
  override destroy(id: string, callback: Callback): void;
  override destroy(id: string, callback?: Callback): unknown {
    return answer(callback, () => super.destroy(id));
  }

  /** Lets a session stand for the one that it was copied from. From then on, the session itself is known. */
  #recognise(session: Session & { [ORIGIN]?: () => Session }): void {
    const origin = session[ORIGIN];
    if (origin === undefined) return;
    delete session[ORIGIN];
    this.carryOver(origin(), session);
  }
}
