import { HoldfastError } from '../errors.ts';
import type { StoreOptions } from '../options.ts';
import { ignoreRejection, isPositiveInteger, isRecord, property, shown } from '../util/values.ts';

/** The option `ttl` with its default filled in. */
type Ttl<Session> = NonNullable<StoreOptions<Session>['ttl']>;

/**
 * The longest TTL that is asked of Redis, in milliseconds: over 31,000 years. Redis refuses a TTL whose end
 * does not fit in 64 bits, and JavaScript has no Date beyond the year 275,760.
 */
export const MAX_TTL_MS = 1e15;

/**
 * How long a session has still to live, in milliseconds: at least 1, or 0 when its cookie's expiry is past,
 * whatever `ttl` says.
 * @param now the time, in milliseconds since 1970.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_EXPIRES`, `ERR_HOLDFAST_INVALID_TTL`
 */
export function remainingMs<Session>(session: Session, ttl: Ttl<Session>, now: number): number {
  const cookieMs = cookieRemainingMs(session, now);
  if (cookieMs !== undefined && cookieMs <= 0) return 0;
  const ms = typeof ttl === 'function' ? answerOf(ttl, session) * 1000 : (cookieMs ?? ttl * 1000);
  return Math.min(ms, MAX_TTL_MS);
}

/**
 * undefined for a session without a cookie, and for a cookie that lives as long as the browser runs, whose
 * `expires` express-session lets be null, undefined or false.
 */
function cookieRemainingMs(session: unknown, now: number): number | undefined {
  const expires = property(property(session, 'cookie'), 'expires') ?? false;
  if (expires === false) return undefined;
  const at = timeOf(expires);
  if (!Number.isNaN(at)) return at - now;
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_EXPIRES',
    `The session's cookie.expires must be a date, null or false, not ${shown(expires)}.`,
  );
}

/** In milliseconds since 1970; NaN for what is no date. */
function timeOf(expires: unknown): number {
  try {
    if (expires instanceof Date) return expires.getTime();
    return expires === true ? Number.NaN : new Date(expires as string | number).getTime();
  } catch {
    return Number.NaN;
  }
}

/**
 * When a stored session was last saved or touched, in milliseconds since 1970, reckoned back from its expiry.
 * @param expiresAt when Redis lets go of it, in milliseconds since 1970. With a `ttl` function that need not be when
 *   its cookie expires, which is set anew at each touch; at the end of its longest life it is sooner.
 */
export function lastActiveAt<Session>(
  session: Session,
  ttl: Ttl<Session>,
  expiresAt: number,
): number {
  const cookie = property(session, 'cookie');
  const { expires, originalMaxAge: age } = isRecord(cookie) ? cookie : {};
  const isFunction = typeof ttl === 'function';
  if (typeof age === 'number' && expires) {
    const cookieExpiresAt = new Date(expires as string | number | Date).getTime();
    return (isFunction ? cookieExpiresAt : Math.max(expiresAt, cookieExpiresAt || 0)) - age;
  }
  return expiresAt - (isFunction ? answerOf(ttl, session) : ttl) * 1000;
}

function answerOf<Session>(ttl: (session: Session) => number, session: Session): number {
  const seconds = called(ttl, session);
  if (isPositiveInteger(seconds)) return seconds;
  ignoreRejection(seconds);
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_TTL',
    `The ttl function must answer a whole number of seconds, at least 1, not ${shown(seconds)}.`,
  );
}

function called<Session>(ttl: (session: Session) => number, session: Session): unknown {
  try {
    return ttl(session);
  } catch (cause) {
    throw new HoldfastError('ERR_HOLDFAST_INVALID_TTL', 'The ttl function threw an error.', {
      cause,
    });
  }
}

/**
 * A stored session that is still there although its cookie's expiry is past was kept alive by touches that moved the
 * key's expiry alone, as connect-redis does. Its cookie gets the expiry that a touch would give it now.
 */
export function withoutPastExpiry<Session>(session: Session): Session {
  const cookie = property(session, 'cookie');
  const remaining = cookieRemainingMs(session, Date.now());
  if (!isRecord(cookie) || remaining === undefined || remaining > 0) return session;
  const { originalMaxAge: age } = cookie;
  const expires = typeof age === 'number' && age > 0 ? new Date(Date.now() + age) : null;
  return { ...session, cookie: { ...cookie, expires } };
}
