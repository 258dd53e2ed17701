import { HoldfastError } from '../errors.ts';
import { MAX_TTL_MS } from '../redis/redis-like.ts';
import { clock } from '../util/clock.ts';
import {
  describeContent,
  describeValue,
  getProperty,
  ignoreRejection,
  isPositiveInteger,
  isRecord,
} from '../util/values.ts';
import { expiryTime } from './cookies.ts';
import type { CreationTimes } from './creation-times.ts';

/** The option `ttl` with its default: seconds, or a function that returns them. */
export type Ttl<Session> = number | ((session: Session) => number);

/** The options that {@link SessionTtl} uses. */
export interface TtlSettings<Session> {
  ttl: Ttl<Session>;
  disableTTL: boolean;
}

/** Decides how long sessions are stored. */
export class SessionTtl<Session extends object> {
  readonly #ttl: Ttl<Session>;
  readonly #disableTTL: boolean;
  readonly #creationTimes: CreationTimes;

  constructor({ ttl, disableTTL }: TtlSettings<Session>, creationTimes: CreationTimes) {
    this.#ttl = ttl;
    this.#disableTTL = disableTTL;
    this.#creationTimes = creationTimes;
  }

  /**
   * Returns how long a session must be stored from now, in milliseconds: 0 if its cookie or `maxLifetime` has ended it,
   * undefined if it never expires.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`
   */
  of(session: Session): number | undefined {
    const idleMs = idleTtlMs(session, this.#ttl);
    const ttlMs = Math.max(0, Math.min(idleMs, this.#creationTimes.remainingMs(session)));
    return ttlMs > 0 && this.#disableTTL ? undefined : ttlMs;
  }
}

/**
 * Returns how long a session lives without activity, in milliseconds: at least 1, or 0 if its cookie has expired, whatever
 * `ttl` says.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`
 */
export function idleTtlMs<Session>(session: Session, ttl: Ttl<Session>): number {
  const cookieMs = cookieRemainingMs(session);
  if (cookieMs !== undefined && cookieMs <= 0) return 0;
  const ms = typeof ttl === 'function' ? secondsOf(ttl, session) * 1000 : (cookieMs ?? ttl * 1000);
  return Math.min(ms, MAX_TTL_MS);
}

/**
 * Returns undefined for a session without a cookie and for a cookie that ends with the browser. express-session lets its
 * `expires` be null, undefined or false.
 */
function cookieRemainingMs(session: unknown): number | undefined {
  const expires = getProperty(getProperty(session, 'cookie'), 'expires') ?? false;
  if (expires === false) return undefined;
  const time = expiryTime(expires);
  if (!Number.isNaN(time)) return time - clock.now();
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_EXPIRES',
    `The session's cookie.expires must be a date, null or false, but is ${describeContent(expires)}.`,
  );
}

/**
 * Returns when a stored session was last saved or touched, in milliseconds since 1970, computed back from its expiry.
 * @param expiresAt when the key expires, in milliseconds since 1970. With a `ttl` function, the cookie can expire at
 *   another time, which every touch sets; near the end of `maxLifetime`, the key expires sooner than the cookie.
 */
export function lastActiveAt<Session>(
  session: Session,
  ttl: Ttl<Session>,
  expiresAt: number,
): number {
  const cookie = getProperty(session, 'cookie');
  const { expires, originalMaxAge: age } = isRecord(cookie) ? cookie : {};
  const isFunction = typeof ttl === 'function';
  if (typeof age === 'number' && expires) {
    const cookieExpiresAt = new Date(expires as string | number | Date).getTime();
    return (isFunction ? cookieExpiresAt : Math.max(expiresAt, cookieExpiresAt || 0)) - age;
  }
  return expiresAt - (isFunction ? secondsOf(ttl, session) : ttl) * 1000;
}

function secondsOf<Session>(ttl: (session: Session) => number, session: Session): number {
  const seconds = call(ttl, session);
  if (isPositiveInteger(seconds)) return seconds;
  ignoreRejection(seconds);
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_TTL',
    `The ttl function must return a whole number of seconds, at least 1, but returned ${describeValue(seconds)}.`,
  );
}

function call<Session>(ttl: (session: Session) => number, session: Session): unknown {
  try {
    return ttl(session);
  } catch (cause) {
    throw new HoldfastError('ERR_HOLDFAST_INVALID_TTL', 'The ttl function threw an error.', {
      cause,
    });
  }
}

/**
 * Returns a session that was read, with a new `cookie.expires` if the stored one is in the past. Such a session is still
 * there because touches moved only the key's expiry, as connect-redis does. The new expiry is the one that a touch sets.
 */
export function withoutPastExpiry<Session>(session: Session): Session {
  const cookie = getProperty(session, 'cookie');
  const remainingMs = cookieRemainingMs(session);
  if (!isRecord(cookie) || remainingMs === undefined || remainingMs > 0) return session;
  const { originalMaxAge: age } = cookie;
  const expires = typeof age === 'number' && age > 0 ? new Date(clock.now() + age) : null;
  return { ...session, cookie: { ...cookie, expires } };
}
