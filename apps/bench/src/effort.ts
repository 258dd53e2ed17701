import type { Effort } from './workloads.ts';

/** How many rounds count, and for how long each store runs in one. */
interface Rounds {
  rounds: number;
  seconds: number;
}

/** A workload's own effort, in earnest or only for smoke, with what the command line says in its place. */
export function effortOf<Own extends Rounds>(
  { smoke, rounds, seconds }: Effort,
  earnest: Own,
  forSmoke: Own,
): Own {
  const own = smoke ? forSmoke : earnest;
  return { ...own, rounds: rounds ?? own.rounds, seconds: seconds ?? own.seconds };
}
