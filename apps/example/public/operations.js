// Parses the operations of the session store from the text of /metrics, and computes differences and quantiles.

const NAME = 'holdfast_operation_seconds';

/**
 * Returns each operation with its count and its buckets, summed over all outcomes. A bucket counts the operations that
 * took at most as many seconds as its key.
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

/** Returns the increase between two readings. After a worker restarts, a number can fall, which counts as no increase. */
export function difference(before = none(), now) {
  const buckets = new Map();
  for (const [le, value] of now.buckets) {
    add(buckets, le, increase(before.buckets.get(le) ?? 0, value));
  }
  return { count: increase(before.count, now.count), buckets };
}

/** Returns the sum of all operations. */
export function total(operations) {
  const sum = none();
  for (const { count, buckets } of operations) {
    sum.count += count;
    for (const [le, value] of buckets) add(sum.buckets, le, value);
  }
  return sum;
}

/**
 * Returns the seconds within which a share of the operations ended. It interpolates within a bucket, as Prometheus does.
 * @returns {number | undefined} undefined if there were no operations, Infinity if the share took longer than all buckets.
 */
export function quantile(share, { buckets }) {
  const ascending = [...buckets].sort(([a], [b]) => a - b);
  const wanted = share * (buckets.get(Infinity) ?? 0);
  if (wanted === 0) return undefined;
  let [lower, below] = [0, 0];
  for (const [upper, upTo] of ascending) {
    if (upTo >= wanted) return lower + (upper - lower) * ((wanted - below) / (upTo - below));
    [lower, below] = [upper, upTo];
  }
}

function none() {
  return { count: 0, buckets: new Map() };
}

function increase(before, now) {
  return Math.max(0, now - before);
}

function add(map, key, value) {
  map.set(key, (map.get(key) ?? 0) + value);
}
