import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../errors.ts';
import { hasMethods, ignoreRejection, isRecord, property } from '../util/values.ts';

/** A session's top-level fields. */
export type Fields = Record<string, unknown>;

/**
 * Decides what a field becomes that two requests changed in different ways.
 * @param field the field's name.
 * @param base its value when this request read the session; undefined where there was none.
 * @param mine what this request made of it; undefined where it deleted the field.
 * @param theirs what is stored now; undefined where the other request deleted it.
 * @returns the value to store, and no promise of it; undefined deletes the field.
 */
export type ConflictResolver = (
  field: string,
  base: unknown,
  mine: unknown,
  theirs: unknown,
) => unknown;

/** The later save wins. */
export const takeMine: ConflictResolver = (_field, _base, mine) => mine;

/**
 * Three-way merge of the top-level fields of a session: what this request changed or deleted against what it had
 * read, applied to what is there now. Values are moved as they are, never merged within.
 *
 * `cookie` changes at every request, so it has a rule of its own: see {@link mergeCookies}.
 * @param base what this request read.
 * @param mine what it made of it.
 * @param theirs what is stored now.
 */
export function merge(
  base: Fields,
  mine: Fields,
  theirs: Fields,
  resolve: ConflictResolver,
): Fields {
  const merged = new Map(Object.entries(theirs));
  for (const field of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (isSame(field, base, mine)) continue;
    const agreed = isSame(field, base, theirs) || isSame(field, mine, theirs);
    const value = agreed
      ? own(field, mine)
      : resolveWith(field === 'cookie' ? mergeCookies : resolve, field, base, mine, theirs);
    const deleted = value === undefined && !(agreed && Object.hasOwn(mine, field));
    if (deleted) merged.delete(field);
    else merged.set(field, value);
  }
  return Object.fromEntries(merged);
}

function resolveWith(
  resolve: ConflictResolver,
  field: string,
  base: Fields,
  mine: Fields,
  theirs: Fields,
): unknown {
  const value = resolve(field, own(field, base), own(field, mine), own(field, theirs));
  if (!hasMethods(value, 'then')) return value;
  ignoreRejection(value);
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_OPTION',
    `The option conflicts must answer the value to store, not a promise, as it did for the field ${field}.`,
  );
}

/**
 * Of two cookies that both changed, the side that changed more than the expiry wins, this request's before the
 * other's; where neither did, the one that expires later.
 */
const mergeCookies: ConflictResolver = (_field, base, mine, theirs) => {
  if (!isRecord(mine) || !isRecord(theirs)) return mine;
  if (!hasSameAttributes(mine, base)) return mine;
  if (!hasSameAttributes(theirs, base)) return theirs;
  return expiryOf(mine) >= expiryOf(theirs) ? mine : theirs;
};

/** By how much, in milliseconds, `originalMaxAge` can change when express-session sets it anew from itself. */
const AGE_DRIFT_MS = 100;

/**
 * Whether two cookies differ in nothing that a touch would not change. An attribute that is undefined is none, as JSON
 * leaves it out.
 */
export function isSameButExpiry(one: Fields, other: Fields): boolean {
  return isSameAge(one, other) && hasAttributesOf(one, other) && hasAttributesOf(other, one);
}

function isSameAge({ originalMaxAge: one }: Fields, { originalMaxAge: other }: Fields): boolean {
  return one === other || Math.abs(Number(one) - Number(other)) <= AGE_DRIFT_MS;
}

/** Compared one by one, without a copy, as this is asked at every touch. */
function hasAttributesOf(one: Fields, other: Fields): boolean {
  for (const name in one) {
    if (name === 'expires' || name === 'originalMaxAge') continue;
    if (one[name] !== other[name] && !isDeepStrictEqual(one[name], other[name])) return false;
  }
  return true;
}

function hasSameAttributes(one: Fields, other: unknown): boolean {
  return isRecord(other) && isSameButExpiry(one, other);
}

/** A cookie without an expiry lives longest. */
function expiryOf(cookie: unknown): number {
  const expires = property(cookie, 'expires');
  return expires ? new Date(expires as string | number | Date).getTime() : Number.POSITIVE_INFINITY;
}

function isSame(field: string, one: Fields, other: Fields): boolean {
  return (
    Object.hasOwn(one, field) === Object.hasOwn(other, field) &&
    isDeepStrictEqual(own(field, one), own(field, other))
  );
}

/** Not what a field such as `constructor` inherits. */
function own(field: string, fields: Fields): unknown {
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}
