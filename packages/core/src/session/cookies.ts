import { isDeepStrictEqual } from 'node:util';
import { getProperty, hasMethods, isRecord } from '../util/values.ts';

/** The attributes of a cookie. */
type Attributes = Record<string, unknown>;

/** Returns a copy of a session's cookie, with the fields that JSON writes. Empty for a session without a cookie. */
export function cookieFieldsOf(session: object): Attributes {
  const cookie = getProperty(session, 'cookie');
  const fields = hasMethods(cookie, 'toJSON') ? (cookie as { toJSON(): unknown }).toJSON() : cookie;
  return { ...Object(fields) };
}

/** Returns a cookie's expiry in milliseconds since 1970, or NaN for anything that is not a date. */
export function expiryTime(expires: unknown): number {
  try {
    if (expires instanceof Date) return expires.getTime();
    return expires === true ? Number.NaN : new Date(expires as string | number).getTime();
  } catch {
    return Number.NaN;
  }
}

/**
 * Chooses between two cookies that both changed. The one that changed more than its expiry wins. If both did, this request's
 * wins, which is a conflict. If neither did, the one that expires later wins.
 */
export function mergeCookies(
  base: unknown,
  mine: unknown,
  theirs: unknown,
): { cookie: unknown; isConflict: boolean } {
  if (!isRecord(mine) || !isRecord(theirs)) return { cookie: mine, isConflict: isRecord(theirs) };
  const [mineChanged, theirsChanged] = [mine, theirs].map((side) => !hasSameAttributes(side, base));
  if (mineChanged) {
    return { cookie: mine, isConflict: theirsChanged === true && !isSameButExpiry(mine, theirs) };
  }
  const isMine = !theirsChanged && expiryOf(mine) >= expiryOf(theirs);
  return { cookie: isMine ? mine : theirs, isConflict: false };
}

/** How much `originalMaxAge` can drift, in milliseconds, when express-session computes it again from itself. */
const AGE_DRIFT_MS = 100;

/**
 * Returns whether two cookies differ only in what a touch changes. An undefined attribute counts as absent, because JSON
 * omits it.
 */
export function isSameButExpiry(one: Attributes, other: Attributes): boolean {
  return isSameAge(one, other) && hasAttributesOf(one, other) && hasAttributesOf(other, one);
}

function isSameAge(
  { originalMaxAge: one }: Attributes,
  { originalMaxAge: other }: Attributes,
): boolean {
  return one === other || Math.abs(Number(one) - Number(other)) <= AGE_DRIFT_MS;
}

/** Compares one by one, without a copy, because this runs for every touch. */
function hasAttributesOf(one: Attributes, other: Attributes): boolean {
  for (const name in one) {
    if (name === 'expires' || name === 'originalMaxAge') continue;
    if (one[name] !== other[name] && !isDeepStrictEqual(one[name], other[name])) return false;
  }
  return true;
}

function hasSameAttributes(one: Attributes, other: unknown): boolean {
  return isRecord(other) && isSameButExpiry(one, other);
}

/** A cookie without an expiry lives longest. */
function expiryOf(cookie: unknown): number {
  const expires = getProperty(cookie, 'expires');
  return expires ? new Date(expires as string | number | Date).getTime() : Number.POSITIVE_INFINITY;
}
