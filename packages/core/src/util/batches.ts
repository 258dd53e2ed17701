/** Cuts a list into pieces of at most this many items. */
export function* batchesOf<Item>(
  items: readonly Item[],
  size: number,
): Generator<Item[], void, undefined> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
