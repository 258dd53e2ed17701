import { repeatFor } from '../../measuring/repeat.ts';
import { type Comparison, compare } from '../../measuring/rounds.ts';
import type { ComparedStore } from '../../stores/compared-stores.ts';
import { withSteps } from '../../stores/measure-operations.ts';

export interface CycleEffort {
  rounds: number;
  /** How long each store runs in a round. */
  seconds: number;
}

/** Requests that load a session of this size, change a field and save, this many at the same time. */
export interface CycleCase {
  bytes: number;
  concurrency: number;
}

/** Cycles per second. */
export type CycleResult = CycleCase & Comparison;

export async function measureCycle(
  subject: ComparedStore,
  baseline: ComparedStore,
  each: CycleCase,
  { rounds, seconds }: CycleEffort,
): Promise<CycleResult> {
  const rates = await compare(subject, baseline, rounds, ({ store }) =>
    withSteps(store, { operation: 'cycle', ...each }, 0, async (steps) => {
      const timed = await repeatFor(seconds, steps);
      return timed.done / timed.seconds;
    }),
  );
  return { ...each, ...rates };
}
