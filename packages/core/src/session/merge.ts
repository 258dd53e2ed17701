import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../errors.ts';
import { getProperty, hasMethods, ignoreRejection, isRecord } from '../util/values.ts';

/** The top-level fields of a session. */
export type Fields = Record<string, unknown>;

/**
 * Decides what is stored for a field that two requests changed in different ways.
 * @param field the field's name.
 * @param base the value that this request had read; undefined if the field did not exist.
 * @param mine the value that this request wants to store; undefined if it deleted the field.
 * @param theirs the value that another request has stored since; undefined if it deleted the field.
 * @returns the value to store; undefined to delete the field. Must not be a promise.
 */
export type ConflictResolver = (
  field: string,
  base: unknown,
  mine: unknown,
  theirs: unknown,
) => unknown;

/** The default: the later save wins. */
const takeMine: ConflictResolver = (_field, _base, mine) => mine;

/**
 * Merges the top-level fields of a session: applies what this request changed or deleted, compared with what it had read,
 * to what is stored now. Moves values as they are and never merges within them.
 *
 * `cookie` changes with every request, so it has a rule of its own: see {@link mergeCookies}.
 * @param base what this request had read.
 * @param mine what this request wants to store.
 * @param theirs what is stored now.
 */
export function merge(
  base: Fields,
  mine: Fields,
  theirs: Fields,
  resolveConflict: ConflictResolver = takeMine,
): Fields {
  const merged = new Map(Object.entries(theirs));
  for (const field of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (isSame(field, base, mine)) continue;
    const isAgreed = isSame(field, base, theirs) || isSame(field, mine, theirs);
    const value = isAgreed
      ? ownValue(field, mine)
      : resolve(field === 'cookie' ? mergeCookies : resolveConflict, field, base, mine, theirs);
    const isDeleted = value === undefined && !(isAgreed && Object.hasOwn(mine, field));
    if (isDeleted) merged.delete(field);
    else merged.set(field, value);
  }
  return Object.fromEntries(merged);
}

function resolve(
  resolver: ConflictResolver,
  field: string,
  base: Fields,
  mine: Fields,
  theirs: Fields,
): unknown {
  const values = [base, mine, theirs].map((fields) => ownValue(field, fields));
  const value = resolver(field, values[0], values[1], values[2]);
  if (!hasMethods(value, 'then')) return value;
  ignoreRejection(value);
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_OPTION',
    `The option conflicts must return the value to store, but returned a promise for the field ${field}.`,
  );
}

/**
 * Chooses between two cookies that both changed. The one that changed more than its expiry wins, this request's first. If
 * neither did, the one that expires later wins.
 */
const mergeCookies: ConflictResolver = (_field, base, mine, theirs) => {
  if (!isRecord(mine) || !isRecord(theirs)) return mine;
  if (!hasSameAttributes(mine, base)) return mine;
  if (!hasSameAttributes(theirs, base)) return theirs;
  return expiryOf(mine) >= expiryOf(theirs) ? mine : theirs;
};

/** How much `originalMaxAge` can drift, in milliseconds, when express-session computes it again from itself. */
const AGE_DRIFT_MS = 100;

/**
 * Returns whether two cookies differ only in what a touch changes. An undefined attribute counts as absent, because JSON
 * omits it.
 */
export function isSameButExpiry(one: Fields, other: Fields): boolean {
  return isSameAge(one, other) && hasAttributesOf(one, other) && hasAttributesOf(other, one);
}

function isSameAge({ originalMaxAge: one }: Fields, { originalMaxAge: other }: Fields): boolean {
  return one === other || Math.abs(Number(one) - Number(other)) <= AGE_DRIFT_MS;
}

/** Compares one by one, without a copy, because this runs for every touch. */
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
  const expires = getProperty(cookie, 'expires');
  return expires ? new Date(expires as string | number | Date).getTime() : Number.POSITIVE_INFINITY;
}

function isSame(field: string, one: Fields, other: Fields): boolean {
  return (
    Object.hasOwn(one, field) === Object.hasOwn(other, field) &&
    isDeepStrictEqual(ownValue(field, one), ownValue(field, other))
  );
}

/** Ignores what a field such as `constructor` would inherit. */
function ownValue(field: string, fields: Fields): unknown {
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}
