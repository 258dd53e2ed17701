import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../errors.ts';
import { hasMethods, ignoreRejection, isRecord } from '../util/values.ts';
import { mergeCookies } from './cookies.ts';
import { mergeLists } from './merge-lists.ts';

/** The fields of a session, or of an object within it. */
export type Fields = Record<string, unknown>;

/** The names that lead to a value within a session: `['cart', 'coupon']` for `session.cart.coupon`. */
export type Path = readonly string[];

/**
 * Decides what is stored for a value that two requests changed.
 * @param path where the value is.
 * @param base the value that this request had read; undefined if there was none.
 * @param mine the value that this request wants to store; undefined if it deleted the value.
 * @param theirs the value that another request has stored since; undefined if it deleted the value.
 * @returns the value to store; undefined to delete it. Must not be a promise.
 */
export type ConflictResolver = (
  path: Path,
  base: unknown,
  mine: unknown,
  theirs: unknown,
) => unknown;

/**
 * The option `conflicts`: a function for all conflicts, or functions for some top-level fields. A function for all is called
 * where both requests changed a value to different values. A function for a field is called where both changed a value in this
 * field, even to equal values.
 */
export type Conflicts<Session> =
  | ConflictResolver
  | { [Field in keyof Session]?: ConflictResolver | undefined };

/** Marks a field that is never merged within: the later save replaces it as a whole. */
export const whole: ConflictResolver = (_path, _base, mine) => mine;

/** How to merge. */
export interface MergeRules {
  conflicts: Conflicts<Fields> | undefined;
  /** The top-level fields that are replaced as a whole unless `conflicts` names them. */
  wholeFields: ReadonlySet<string>;
}

/** A merged session. */
export interface Merged {
  fields: Fields;
  /** Where the later save has replaced another's change. */
  replaced: Path[];
}

/** The deepest level that is merged. A value below it counts as one. */
const MAX_DEPTH = 100;

/**
 * Merges two sessions that were both made from a base: applies what this request changed or deleted, compared with what it had
 * read, to what is stored now. Merges into plain objects and lists, at any depth. If both sides changed a value to different
 * values, `conflicts` decides, or the later save wins.
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
  rules: MergeRules = { conflicts: undefined, wholeFields: new Set() },
): Merged {
  const merging = new Merging(rules);
  const fields = merging.objects([], base, mine, theirs);
  return { fields, replaced: merging.replaced };
}

/**
 * Returns whether a session only lacks values that were read, as after a sign-out. A value that was set to null counts as deleted.
 * The cookie does not count.
 */
export function onlyDeletes(
  { cookie: _read, ...base }: Fields,
  { cookie: _now, ...mine }: Fields,
): boolean {
  return Object.entries(mine).every(([name, value]) => isLeft(ownValue(name, base), value));
}

/** Returns whether a value is what is left of another one after deletions. */
function isLeft(before: unknown, now: unknown): boolean {
  if (now === null || now === undefined || isSame(before, now)) return true;
  if (Array.isArray(before) && Array.isArray(now)) return isPart(before, now);
  if (!isPlainObject(before) || !isPlainObject(now)) return false;
  return Object.entries(now).every(([name, value]) => isLeft(ownValue(name, before), value));
}

/** Returns whether a list has only elements of another one, in its order. */
function isPart(list: readonly unknown[], part: readonly unknown[]): boolean {
  let place = 0;
  return part.every((element) => {
    while (place < list.length && !isSame(list[place], element)) place++;
    return place++ < list.length;
  });
}

/** Stands for a value that is not there, as opposed to undefined. */
const ABSENT = Symbol('absent');

class Merging {
  readonly replaced: Path[] = [];
  readonly #rules: MergeRules;

  constructor(rules: MergeRules) {
    this.#rules = rules;
  }

  objects(path: Path, base: Fields, mine: Fields, theirs: Fields): Fields {
    const merged = new Map(Object.entries(theirs));
    for (const name of new Set([...Object.keys(base), ...Object.keys(mine)])) {
      const [before, now, stored] = [base, mine, theirs].map((side) => ownValue(name, side));
      const value = this.#value([...path, name], before, now, stored);
      if (value === ABSENT) merged.delete(name);
      else merged.set(name, value);
    }
    return Object.fromEntries(merged);
  }

  #value(path: Path, base: unknown, mine: unknown, theirs: unknown): unknown {
    if (isSame(base, mine)) return theirs;
    if (isSame(base, theirs)) return mine;
    if (path[0] === 'cookie') return this.#cookie(path, base, mine, theirs);
    const { conflicts, wholeFields } = this.#rules;
    const [field = ''] = path;
    const ofField = typeof conflicts === 'object' ? ownValue(field, conflicts) : undefined;
    if (ofField === whole) return this.#later(path, mine, theirs);
    if (isResolver(ofField)) return this.#resolved(ofField, path, base, mine, theirs);
    const merged = wholeFields.has(field) ? undefined : this.#within(path, base, mine, theirs);
    if (merged !== undefined) return merged;
    if (isSame(mine, theirs)) return mine;
    if (isResolver(conflicts)) return resolve(conflicts, path, base, mine, theirs);
    return this.#later(path, mine, theirs);
  }

  #cookie(path: Path, base: unknown, mine: unknown, theirs: unknown): unknown {
    const { cookie, isConflict } = mergeCookies(base, mine, theirs);
    if (isConflict) this.replaced.push(path);
    return cookie;
  }

  /** Merges within objects, and lets the resolver of the field decide about everything else. */
  #resolved(
    resolver: ConflictResolver,
    path: Path,
    base: unknown,
    mine: unknown,
    theirs: unknown,
  ): unknown {
    const merged = this.#withinObjects(path, base, mine, theirs);
    return merged ?? resolve(resolver, path, base, mine, theirs);
  }

  /** @returns undefined if the values cannot be merged within. */
  #within(path: Path, base: unknown, mine: unknown, theirs: unknown): unknown {
    return (
      this.#withinObjects(path, base, mine, theirs) ?? this.#withinLists(path, base, mine, theirs)
    );
  }

  /** Objects that both sides added count as changes of an empty one. */
  #withinObjects(path: Path, base: unknown, mine: unknown, theirs: unknown): Fields | undefined {
    if (path.length > MAX_DEPTH) return undefined;
    const before = base === ABSENT ? {} : base;
    if (!isPlainObject(before) || !isPlainObject(mine) || !isPlainObject(theirs)) return undefined;
    return this.objects(path, before, mine, theirs);
  }

  /**
   * A list that one side added or deleted counts as one that was or is empty. Lists that both sides added are changes of an empty one,
   * unless they are the same.
   */
  #withinLists(path: Path, base: unknown, mine: unknown, theirs: unknown): unknown {
    if (path.length > MAX_DEPTH || (base === ABSENT && isSame(mine, theirs))) return undefined;
    const [before, now, stored] = [base, mine, theirs].map((side) => (side === ABSENT ? [] : side));
    if (!Array.isArray(before) || !Array.isArray(now) || !Array.isArray(stored)) return undefined;
    const merged = mergeLists(before, now, stored);
    const { conflicts } = this.#rules;
    if (merged === undefined || (merged.isConflict && isResolver(conflicts))) return undefined;
    if (merged.isConflict) this.replaced.push(path);
    const isDeleted = merged.list.length === 0 && (mine === ABSENT || theirs === ABSENT);
    return isDeleted ? ABSENT : merged.list;
  }

  #later(path: Path, mine: unknown, theirs: unknown): unknown {
    if (!isSame(mine, theirs)) this.replaced.push(path);
    return mine;
  }
}

function resolve(
  resolver: ConflictResolver,
  path: Path,
  base: unknown,
  mine: unknown,
  theirs: unknown,
): unknown {
  const [before, now, stored] = [base, mine, theirs].map((value) =>
    value === ABSENT ? undefined : value,
  );
  const value = resolver(path, before, now, stored);
  if (!hasMethods(value, 'then')) return value ?? (value === null ? null : ABSENT);
  ignoreRejection(value);
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_OPTION',
    `The option conflicts must return the value to store, but returned a promise for ${path.join('.')}.`,
  );
}

function isResolver(value: unknown): value is ConflictResolver {
  return typeof value === 'function';
}

/** Values that are too deep to be compared one by one are compared by their JSON text. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(one, other);
  } catch {
    return isSameText(one, other);
  }
}

function isSameText(one: unknown, other: unknown): boolean {
  try {
    return JSON.stringify(one) === JSON.stringify(other);
  } catch {
    return false;
  }
}

/**
 * Not an instance of a class, which may have a state that its properties do not show. Accepts the plain objects of other realms,
 * such as those that Node's own functions return under Jest.
 */
function isPlainObject(value: unknown): value is Fields {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Ignores what a name such as `constructor` would inherit. */
function ownValue(name: string, fields: object): unknown {
  return Object.hasOwn(fields, name) ? Reflect.get(fields, name) : ABSENT;
}
