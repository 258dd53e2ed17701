import { ratios, type Spread, spreadOf } from './spread.ts';

/** The results of each contestant, one number per round. */
export type Series<Name> = Map<Name, number[]>;

/** Picks one figure from each round of each contestant. */
export function seriesOf<Name, Figure extends string>(
  rounds: ReadonlyMap<Name, readonly Record<Figure, number>[]>,
  figure: Figure,
): Series<Name> {
  return new Map(Array.from(rounds, ([name, each]) => [name, each.map((one) => one[figure])]));
}

/** Divides the first contestant's results by the second's. */
export function ratioIn<Name>(series: Series<Name>, first: Name, second: Name): Spread {
  return spreadOf(ratios(series.get(first) ?? [], series.get(second) ?? []));
}

export function spreadIn<Name>(series: Series<Name>, name: Name): Spread {
  return spreadOf(series.get(name) ?? []);
}
