/**
 * Draws numbers below `count` by Zipf's law with exponent 1: the n-th number comes in proportion to 1 / n.
 * @param random returns numbers from 0 to below 1.
 */
export function zipf(count: number, random: () => number = Math.random): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    sum += 1 / (index + 1);
    sums[index] = sum;
  }
  return () => firstAbove(sums, random() * sum);
}

/** Returns the index of the first number above the bound. */
function firstAbove(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Number(ascending[middle]) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
