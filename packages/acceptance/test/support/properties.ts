import { randomInt } from 'node:crypto';
import fc from 'fast-check';

/** Where the random cases begin. A failure shows it; set it to repeat a run. */
export const SEED: number = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));

/** A run that takes longer, on a busy machine, ends with the cases that it has checked. */
const LIMIT_MS = 90_000;

/** Checks a property in so many cases. */
export async function checkProperty<Case>(
  property: fc.IAsyncProperty<Case>,
  cases: number,
  parameters: fc.Parameters<Case> = {},
): Promise<void> {
  await fc.assert(property, {
    numRuns: cases,
    seed: SEED,
    interruptAfterTimeLimit: LIMIT_MS,
    ...parameters,
  });
}
