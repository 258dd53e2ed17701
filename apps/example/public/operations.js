// Reads what /metrics says of the operations of the session store, and reckons with it. Touches no page.

const NAME = 'holdfast_operation_seconds';

/**
 * Each operation with its count and its buckets over all outcomes, each bucket with all that took at most so long.
 * @returns {Map<string, { count: number, buckets: Map<number, number> }>}
 */
export function operationsIn(text) {
  const operations = new Map();
  for (const { name, labels, value } of samplesIn(text)) {
    const { operation, le } = labels;
    if (!operations.has(operation)) operations.set(operation, { count: 0, buckets: new Map() });
    const { buckets } = operations.get(operation);
    if (name === `${NAME}_count`) operations.get(operation).count += value;
    if (name === `${NAME}_bucket`) add(buckets, le === '+Inf' ? Infinity : Number(le), value);
  }
  return operations;
}

function samplesIn(text) {
  const lines = text.matchAll(/^(holdfast_operation_seconds_\w+)\{(.*)\} (\S+)$/gm);
  return Array.from(lines, ([, name, labels, value]) => ({
    name,
    labels: Object.fromEntries(
      Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, ...pair]) => pair),
    ),
    value: Number(value),
  }));
}

/** What came to it since it was read before. A worker that began anew makes numbers fall, which counts as nothing. */
export function since(before = nothing(), now) {
  const buckets = new Map();
  for (const [le, value] of now.buckets)
    add(buckets, le, risen(before.buckets.get(le) ?? 0, value));
  return { count: risen(before.count, now.count), buckets };
}

/** All operations as one. */
export function together(operations) {
  const all = nothing();
  for (const { count, buckets } of operations) {
    all.count += count;
    for (const [le, value] of buckets) add(all.buckets, le, value);
  }
  return all;
}

/**
 * The seconds within which a share of the operations were done. Within a bucket they are taken as spread evenly, as Prometheus does.
 * @returns {number | undefined} undefined where there were none; Infinity where they took longer than all buckets.
 */
export function within(share, { buckets }) {
  const ascending = [...buckets].sort(([a], [b]) => a - b);
  const wanted = share * (buckets.get(Infinity) ?? 0);
  if (wanted === 0) return undefined;
  let [lower, below] = [0, 0];
  for (const [upper, upTo] of ascending) {
    if (upTo >= wanted) return lower + (upper - lower) * ((wanted - below) / (upTo - below));
    [lower, below] = [upper, upTo];
  }
}

function nothing() {
  return { count: 0, buckets: new Map() };
}

function risen(before, now) {
  return Math.max(0, now - before);
}

function add(map, key, value) {
  map.set(key, (map.get(key) ?? 0) + value);
}
