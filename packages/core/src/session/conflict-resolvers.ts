import type { ConflictResolver } from './merge.ts';
import { ValueNumbers } from './value-numbers.ts';

/**
 * Adds up what both requests have added to a number: counts both of two concurrent increments. A number that one of them has deleted
 * counts as 0.
 */
export const sum: ConflictResolver = (_path, base, mine = 0, theirs = 0) => {
  if (!isNumber(mine) || !isNumber(theirs)) return mine;
  return theirs + mine - (isNumber(base) ? base : 0);
};

/**
 * Keeps what is stored in a list and appends the items that this request has added, whatever both have removed. If one of them has
 * deleted the list, keeps what the other has added.
 */
export const append: ConflictResolver = (_path, base, mine, theirs) => {
  if (mine === undefined) return orNothing(without(theirs, base));
  if (theirs === undefined) return orNothing(without(mine, base));
  if (!Array.isArray(mine) || !Array.isArray(theirs)) return mine;
  return [...theirs, ...without(mine, base)];
};

function orNothing(list: unknown[]): unknown[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Makes a list of all different items of both requests, without those that either has removed. */
export const union: ConflictResolver = (_path, base, mine, theirs) => {
  if (!Array.isArray(mine) || !Array.isArray(theirs)) return mine;
  const removed = [...without(base, mine), ...without(base, theirs)];
  return unique(without([...theirs, ...mine], removed));
};

/** Keeps the later of two dates: Date objects, or their texts or numbers. Keeps a date instead of what is none. */
export const newest: ConflictResolver = (_path, _base, mine, theirs) =>
  timeOf(mine) >= timeOf(theirs) || !isDate(theirs) ? mine : theirs;

/** Keeps the earlier of two dates: Date objects, or their texts or numbers. Keeps a date instead of what is none. */
export const oldest: ConflictResolver = (_path, _base, mine, theirs) =>
  timeOf(mine) <= timeOf(theirs) || !isDate(theirs) ? mine : theirs;

/** Keeps the value of the later save, without an event. */
export const mine: ConflictResolver = (_path, _base, mine) => mine;

/** Keeps the value that is stored. */
export const theirs: ConflictResolver = (_path, _base, _mine, theirs) => theirs;

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isDate(value: unknown): boolean {
  return !Number.isNaN(timeOf(value));
}

function timeOf(value: unknown): number {
  return value instanceof Date || isNumber(value) || typeof value === 'string'
    ? new Date(value).getTime()
    : Number.NaN;
}

/** Removes each of some items once from a list. */
function without(list: unknown, items: unknown): unknown[] {
  const numbers = new ValueNumbers();
  const toRemove = new Map<number, number>();
  for (const item of Array.isArray(items) ? items : []) {
    const number = numbers.of(item);
    toRemove.set(number, (toRemove.get(number) ?? 0) + 1);
  }
  return (Array.isArray(list) ? list : []).filter((item) => {
    const number = numbers.of(item);
    const left = toRemove.get(number) ?? 0;
    toRemove.set(number, left - 1);
    return left <= 0;
  });
}

function unique(list: readonly unknown[]): unknown[] {
  const numbers = new ValueNumbers();
  for (const item of list) numbers.of(item);
  return numbers.values;
}
