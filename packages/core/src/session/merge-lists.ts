import { isDeepStrictEqual } from 'node:util';
import { ValueNumbers } from './value-numbers.ts';

/** A change of a list: `elements` stand for those of the base from `from` up to `to`, which may be none. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly elements: readonly number[];
}

/** Longer lists that differ in the middle count as one value: comparing them takes the product of their lengths. */
const MAX_COMPARISONS = 1_000_000;

/**
 * Merges two lists that were both made from a base: applies the insertions, removals and replacements of both. At the same place,
 * the insertions of theirs come first. If both changed the same elements in different ways, mine win there.
 *
 * Our own code instead of node-diff3, which treats two insertions at the same place as a conflict, and compares elements by
 * identity.
 * @returns the merged list, and whether a change of theirs was dropped; undefined if the lists cannot be compared.
 */
export function mergeLists(
  base: readonly unknown[],
  mine: readonly unknown[],
  theirs: readonly unknown[],
): { list: unknown[]; isConflict: boolean } | undefined {
  const numbered = numbersOf([base, mine, theirs]);
  if (numbered === undefined) return undefined;
  const { lists, values } = numbered;
  const [baseNumbers = [], myNumbers = [], theirNumbers = []] = lists;
  const ours = hunksOf(baseNumbers, myNumbers);
  const others = hunksOf(baseNumbers, theirNumbers);
  if (ours === undefined || others === undefined) return undefined;
  const kept = withoutCommonMoves(baseNumbers, ours, others);
  const { hunks, isConflict } = combined(baseNumbers, ours, kept);
  return { list: applied(baseNumbers, hunks).map((number) => values[number]), isConflict };
}

/** Chooses the hunks to apply, in order: all, but of hunks that change the same elements only mine. */
function combined(
  base: readonly number[],
  ours: readonly Hunk[],
  others: readonly Hunk[],
): { hunks: Hunk[]; isConflict: boolean } {
  let isConflict = false;
  const hunks: Hunk[] = [];
  for (const cluster of clustersOf(ours, others)) {
    const [mine, theirs] = [cluster.ours, cluster.others];
    const region = { from: cluster.from, to: cluster.to };
    if (mine.length === 0 || theirs.length === 0) {
      hunks.push(...mine, ...theirs);
      continue;
    }
    if ([...mine, ...theirs].every(isRemoval)) {
      hunks.push({ ...region, elements: [] });
      continue;
    }
    const [result, dropped] = [mine, theirs].map((some) => applied(base, some, region));
    if (!isDeepStrictEqual(result, dropped)) isConflict = true;
    hunks.push({ ...region, elements: result ?? [] });
  }
  return { hunks, isConflict };
}

/** Hunks of both sides that overlap, directly or through others, and what they change together. */
interface Cluster {
  from: number;
  to: number;
  ours: Hunk[];
  others: Hunk[];
}

/** Groups the hunks by place. Of insertions at the same place, theirs come first. */
function clustersOf(ours: readonly Hunk[], others: readonly Hunk[]): Cluster[] {
  const all = [
    ...others.map((hunk) => ({ hunk, isOurs: false })),
    ...ours.map((hunk) => ({ hunk, isOurs: true })),
  ].sort(({ hunk: one }, { hunk: other }) => one.from - other.from || one.to - other.to);
  const clusters: Cluster[] = [];
  for (const { hunk, isOurs } of all) {
    const last = clusters.at(-1);
    // An insertion at the end of what another hunk changes does not overlap it. One at the beginning comes before it in this order.
    const overlaps = last !== undefined && hunk.from < last.to;
    const cluster = overlaps ? last : { from: hunk.from, to: hunk.to, ours: [], others: [] };
    if (!overlaps) clusters.push(cluster);
    cluster.to = Math.max(cluster.to, hunk.to);
    (isOurs ? cluster.ours : cluster.others).push(hunk);
  }
  return clusters;
}

function isRemoval({ elements }: Hunk): boolean {
  return elements.length === 0;
}

/** Applies hunks, in order, to a part of the base. */
function applied(
  base: readonly number[],
  hunks: readonly Hunk[],
  { from, to }: Pick<Hunk, 'from' | 'to'> = { from: 0, to: base.length },
): number[] {
  const list: number[] = [];
  let place = from;
  for (const hunk of hunks) {
    list.push(...base.slice(place, hunk.from), ...hunk.elements);
    place = hunk.to;
  }
  return [...list, ...base.slice(place, to)];
}

/** Removes from theirs the elements that both sides have moved, because mine insert them as well. */
function withoutCommonMoves(
  base: readonly number[],
  ours: readonly Hunk[],
  others: readonly Hunk[],
): Hunk[] {
  const removedByBoth = removed(base, others);
  const inserted = ours.flatMap(({ elements }) => elements);
  const moved = removed(base, ours).filter((number) => {
    return take(removedByBoth, number) && take(inserted, number);
  });
  return others
    .map((hunk) => ({ ...hunk, elements: hunk.elements.filter((each) => !take(moved, each)) }))
    .filter(({ from, to, elements }) => from < to || elements.length > 0);
}

function removed(base: readonly number[], hunks: readonly Hunk[]): number[] {
  return hunks.flatMap(({ from, to }) => base.slice(from, to));
}

/** Removes a number from a list. Returns whether it was there. */
function take(list: number[], number: number): boolean {
  const place = list.indexOf(number);
  if (place >= 0) list.splice(place, 1);
  return place >= 0;
}

/** @returns the lists as numbers, and the value of each number; undefined if an element is too deep to be compared. */
function numbersOf(
  lists: readonly (readonly unknown[])[],
): { lists: number[][]; values: unknown[] } | undefined {
  const numbers = new ValueNumbers();
  try {
    return {
      lists: lists.map((list) => list.map((value) => numbers.of(value))),
      values: numbers.values,
    };
  } catch {
    return undefined;
  }
}

/**
 * Finds the fewest insertions and removals that turn a base into a list (by its longest common subsequence), as hunks. What a hunk
 * inserts beyond the elements that it removes is a hunk of its own behind it.
 */
function hunksOf(base: readonly number[], list: readonly number[]): Hunk[] | undefined {
  const shorter = Math.min(base.length, list.length);
  let prefix = 0;
  while (prefix < shorter && base[prefix] === list[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && base.at(-1 - suffix) === list.at(-1 - suffix)) suffix++;
  const inner = base.slice(prefix, base.length - suffix);
  const changed = list.slice(prefix, list.length - suffix);
  const lengths = commonLengths(inner, changed);
  if (lengths === undefined) return undefined;

  const hunks: Hunk[] = [];
  let [row, column] = [0, 0];
  while (row < inner.length || column < changed.length) {
    const [fromRow, fromColumn] = [row, column];
    while (row < inner.length || column < changed.length) {
      if (row < inner.length && inner[row] === changed[column]) break;
      const isRemoved =
        column === changed.length ||
        (row < inner.length && lengths(row + 1, column) >= lengths(row, column + 1));
      if (isRemoved) row++;
      else column++;
    }
    const elements = changed.slice(fromColumn, column);
    hunks.push({ from: prefix + fromRow, to: prefix + row, elements });
    row++;
    column++;
  }
  const inserted = hunks.flatMap(({ elements }) => elements);
  return hunks.flatMap((hunk) => split(base, hunk, inserted));
}

/**
 * Separates what a hunk inserts from what it replaces.
 * @param anywhere what all hunks of the side insert. Elements that were only moved are not replaced.
 */
function split(
  base: readonly number[],
  { from, to, elements }: Hunk,
  anywhere: readonly number[],
): Hunk[] {
  const isMove = base.slice(from, to).every((number) => anywhere.includes(number));
  const count = isMove ? 0 : to - from;
  const replacing = elements.slice(0, count);
  const inserted = elements.slice(count);
  return [
    ...(from < to ? [{ from, to, elements: replacing }] : []),
    ...(inserted.length > 0 ? [{ from: to, to, elements: inserted }] : []),
  ];
}

/** Returns a function that looks up the length of the longest common subsequence of what is left from two places on. */
function commonLengths(
  one: readonly number[],
  other: readonly number[],
): ((row: number, column: number) => number) | undefined {
  const width = other.length + 1;
  if (one.length * other.length > MAX_COMPARISONS) return undefined;
  const table = new Uint32Array((one.length + 1) * width);
  const at = (row: number, column: number) => table[row * width + column] ?? 0;
  for (let row = one.length - 1; row >= 0; row--) {
    for (let column = other.length - 1; column >= 0; column--) {
      table[row * width + column] =
        one[row] === other[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  return at;
}
