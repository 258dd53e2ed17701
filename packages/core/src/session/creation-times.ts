import { clock } from '../util/clock.ts';
import { privateSlot } from '../util/private-slot.ts';

/**
 * The field of a stored session that holds its creation time, in milliseconds since 1970. It stands among the
 * application's own fields because connect-redis and express-session keep nothing else when they rewrite a session.
 */
const FIELD = 'holdfastCreatedAt';

/**
 * Remembers when sessions were created. The time is in the stored text, and not in the objects that the application sees.
 * It is also kept without the option `maxLifetime`: otherwise a process without the option would restart lifetimes.
 */
export class CreationTimes {
  readonly #maxLifetimeMs: number;
  readonly #times = privateSlot<number>();

  /** @param settings `maxLifetime` in seconds; `Infinity` for no limit. */
  constructor({ maxLifetime }: { maxLifetime: number }) {
    this.#maxLifetimeMs = maxLifetime * 1000;
  }

  /** Takes the creation time out of a session that was just read. Without one, the session counts as created now. */
  takeFrom(stored: object): void {
    const time: unknown = Object.hasOwn(stored, FIELD) ? Reflect.get(stored, FIELD) : undefined;
    if (time !== undefined) Reflect.deleteProperty(stored, FIELD);
    if (typeof time === 'number') this.#times.set(stored, Math.min(time, clock.now()));
    else this.#start(stored);
  }

  /**
   * Returns a session as it must be stored: a copy of the same class with the creation time in it, or the session itself
   * if it has none. A session that was never stored counts as created now.
   */
  addTo<Session extends object>(session: Session): Session {
    if (this.#times.get(session) === undefined) this.#start(session);
    const time = this.#times.get(session);
    if (time === undefined) return session;
    return { __proto__: Object.getPrototypeOf(session), ...session, [FIELD]: time };
  }

  #start(session: object): void {
    if (this.#maxLifetimeMs !== Number.POSITIVE_INFINITY) this.#times.set(session, clock.now());
  }

  /** Gives an object that was made from others the creation time of the oldest. */
  copyOldest(from: readonly object[], to: object): void {
    let oldest = Number.POSITIVE_INFINITY;
    for (const each of from) oldest = Math.min(oldest, this.#times.get(each) ?? oldest);
    if (oldest !== Number.POSITIVE_INFINITY) this.#times.set(to, oldest);
  }

  /** Returns how long a session may still live, in milliseconds. `Infinity` without `maxLifetime`; 0 or less if it has expired. */
  remainingMs(session: object): number {
    if (this.#maxLifetimeMs === Number.POSITIVE_INFINITY) return this.#maxLifetimeMs;
    const now = clock.now();
    return (this.#times.get(session) ?? now) + this.#maxLifetimeMs - now;
  }
}
