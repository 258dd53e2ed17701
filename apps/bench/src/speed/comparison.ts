import { ratios, type Spread, spreadOf } from '../rounds.ts';
import type { Contestant } from './contestants.ts';

/** What each contestant came to, round by round. */
export type Measured = Map<Contestant, number[]>;

/** The first in multiples of the second. */
export function ratioOf(measured: Measured, first: Contestant, second: Contestant): Spread {
  return spreadOf(ratios(measured.get(first) ?? [], measured.get(second) ?? []));
}

export function resultOf(measured: Measured, name: Contestant): Spread {
  return spreadOf(measured.get(name) ?? []);
}
