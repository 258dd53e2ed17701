/** The results of several rounds in three numbers. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(results: readonly number[]): Spread {
  const sorted = results.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** Divides each round's result by the other's result of the same round. */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.map((result, round) => result / (to[round] ?? Number.NaN));
}
