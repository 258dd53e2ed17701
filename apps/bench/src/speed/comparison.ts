import { ratios, type Spread, spreadOf } from '../rounds.ts';
/** What each contestant came to, round by round. */
export type Measured<Name> = Map<Name, number[]>;

/** One of the figures of each round. */
export function figuresOf<Name, Figure extends string>(
  rounds: ReadonlyMap<Name, readonly Record<Figure, number>[]>,
  figure: Figure,
): Measured<Name> {
  return new Map(Array.from(rounds, ([name, each]) => [name, each.map((one) => one[figure])]));
}

/** The first in multiples of the second. */
export function ratioOf<Name>(measured: Measured<Name>, first: Name, second: Name): Spread {
  return spreadOf(ratios(measured.get(first) ?? [], measured.get(second) ?? []));
}

export function resultOf<Name>(measured: Measured<Name>, name: Name): Spread {
  return spreadOf(measured.get(name) ?? []);
}
