import type { Settings } from '../options.ts';
import { notesOnObjects } from '../util/private-slot.ts';

/**
 * The field of a stored session that says when it was created, in milliseconds since 1970. It stands among the fields
 * of the application, as connect-redis and express-session keep no other place when they write a session again.
 */
const FIELD = 'holdfastCreatedAt';

/**
 * When sessions were created, which is in what is stored, and not in the objects that the application has. It is kept
 * also without the option `maxLifetime`, lest a process without it lets a session begin anew.
 */
export class Lifetimes {
  readonly #maxMs: number;
  readonly #births = notesOnObjects<number>();

  constructor({ maxLifetime }: Pick<Settings<never>, 'maxLifetime'>) {
    this.#maxMs = maxLifetime * 1000;
  }

  /** Takes it out of a session that was read. The life of one that does not say it begins now. */
  takeFrom(stored: object): void {
    const born: unknown = Object.hasOwn(stored, FIELD) ? Reflect.get(stored, FIELD) : undefined;
    if (born !== undefined) Reflect.deleteProperty(stored, FIELD);
    if (typeof born === 'number') this.#births.set(stored, Math.min(born, Date.now()));
    else this.#begin(stored);
  }

  /**
   * A session as it is to be stored: a copy of the same class. The life of one that was not stored before begins now.
   */
  withBirth<Session extends object>(session: Session): Session {
    if (this.#births.get(session) === undefined) this.#begin(session);
    const born = this.#births.get(session);
    if (born === undefined) return session;
    return { __proto__: Object.getPrototypeOf(session), ...session, [FIELD]: born };
  }

  #begin(session: object): void {
    if (this.#maxMs !== Number.POSITIVE_INFINITY) this.#births.set(session, Date.now());
  }

  /** Lets an object that was made from others be as old as the oldest of them. */
  adopt(from: readonly object[], to: object): void {
    let oldest = Number.POSITIVE_INFINITY;
    for (const each of from) oldest = Math.min(oldest, this.#births.get(each) ?? oldest);
    if (oldest !== Number.POSITIVE_INFINITY) this.#births.set(to, oldest);
  }

  /**
   * How long a session may still live, in milliseconds: 0 or less where that is over, infinite without `maxLifetime`.
   */
  leftMs(session: object): number {
    if (this.#maxMs === Number.POSITIVE_INFINITY) return this.#maxMs;
    const now = Date.now();
    return (this.#births.get(session) ?? now) + this.#maxMs - now;
  }
}
