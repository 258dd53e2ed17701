import { isDeepStrictEqual } from 'node:util';

/** How one side has changed a list. */
interface Edits {
  /** Whether each element of the base is still there. */
  readonly isKept: boolean[];
  /** The runs of removed elements that others stand for now. */
  readonly replacements: Replacement[];
  /** The other elements that were inserted before each element of the base, and at its end. */
  readonly inserted: unknown[][];
}

/** The elements that stand for those of the base from `from` up to `to`: at most as many. */
interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly elements: unknown[];
}

/** Longer lists that differ in the middle count as one value: comparing them takes the product of their lengths. */
const MAX_COMPARISONS = 1_000_000;

/**
 * Merges two lists that were both made from a base. Keeps the elements that neither side removed, and the elements that either
 * side inserted; at the same place, theirs come first. If both sides replaced the same elements by different ones, mine win.
 *
 * Our own code instead of node-diff3, which treats two insertions at the same place as a conflict, and compares elements by
 * identity.
 * @returns the merged list, and whether elements of theirs were dropped; undefined if the lists cannot be compared.
 */
export function mergeLists(
  base: readonly unknown[],
  mine: readonly unknown[],
  theirs: readonly unknown[],
): { list: unknown[]; isConflict: boolean } | undefined {
  const numbers = numbered([base, mine, theirs]);
  if (numbers === undefined) return undefined;
  const [baseNumbers = [], mineNumbers = [], theirNumbers = []] = numbers;
  const ours = editsOf(baseNumbers, mineNumbers, mine);
  const others = editsOf(baseNumbers, theirNumbers, theirs);
  if (ours === undefined || others === undefined) return undefined;
  const [kept, dropped] = partition(others.replacements, (each) => !overlapping(each, ours));
  const replacements = [...ours.replacements, ...kept];
  const list: unknown[] = [];
  for (let index = 0; index <= base.length; index++) {
    for (const { to, elements } of replacements) if (to === index) list.push(...elements);
    list.push(...(others.inserted[index] ?? []), ...(ours.inserted[index] ?? []));
    if (ours.isKept[index] && others.isKept[index]) list.push(base[index]);
  }
  const isConflict = dropped.some((each) => !isDeepStrictEqual(each, overlapping(each, ours)));
  return { list, isConflict };
}

/** Returns a replacement of the same elements by the other side. */
function overlapping({ from, to }: Replacement, { replacements }: Edits): Replacement | undefined {
  return replacements.find((other) => other.from < to && from < other.to);
}

function partition<Item>(
  items: readonly Item[],
  belongs: (item: Item) => boolean,
): [Item[], Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

/**
 * Gives equal elements equal numbers, so that they can be compared quickly.
 * @returns undefined if an element has no JSON text.
 */
function numbered(lists: readonly (readonly unknown[])[]): number[][] | undefined {
  const known = new Map<string, { value: unknown; number: number }[]>();
  let count = 0;
  const numberOf = (value: unknown): number => {
    const text = String(JSON.stringify(value));
    const same = known.get(text) ?? [];
    known.set(text, same);
    // Values of different classes can have the same text.
    const found = same.find((other) => isDeepStrictEqual(other.value, value));
    if (found !== undefined) return found.number;
    same.push({ value, number: count });
    return count++;
  };
  try {
    return lists.map((list) => list.map(numberOf));
  } catch {
    return undefined;
  }
}

/**
 * Finds the fewest insertions and removals that turn a base into a list (by its longest common subsequence). Insertions come
 * after the removals at the same place.
 */
function editsOf(
  base: readonly number[],
  list: readonly number[],
  values: readonly unknown[],
): Edits | undefined {
  const [shorter, length] = [Math.min(base.length, list.length), list.length];
  let prefix = 0;
  while (prefix < shorter && base[prefix] === list[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && base.at(-1 - suffix) === list.at(-1 - suffix)) suffix++;
  const inner = base.slice(prefix, base.length - suffix);
  const changed = list.slice(prefix, length - suffix);
  const lengths = commonLengths(inner, changed);
  if (lengths === undefined) return undefined;

  const isKept = base.map((_, index) => index < prefix || index >= base.length - suffix);
  const inserted: unknown[][] = Array.from({ length: base.length + 1 }, () => []);
  const isRemoval = (row: number, column: number) =>
    row < inner.length && lengths(row + 1, column) >= lengths(row, column + 1);
  let [row, column] = [0, 0];
  while (row < inner.length || column < changed.length) {
    if (row < inner.length && inner[row] === changed[column]) {
      isKept[prefix + row] = true;
      row++;
      column++;
    } else if (column === changed.length || isRemoval(row, column)) {
      row++;
    } else {
      inserted[prefix + row]?.push(values[prefix + column]);
      column++;
    }
  }
  return { isKept, replacements: takeReplacements(isKept, inserted), inserted };
}

/** Takes the replacements out of the insertions: after each run of removed elements, at most as many. */
function takeReplacements(isKept: readonly boolean[], inserted: unknown[][]): Replacement[] {
  const found: Replacement[] = [];
  for (let from = 0; from < isKept.length; from++) {
    let to = from;
    while (to < isKept.length && !isKept[to]) to++;
    const elements = inserted[to]?.splice(0, to - from) ?? [];
    if (elements.length > 0) found.push({ from, to, elements });
    from = to;
  }
  return found;
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
