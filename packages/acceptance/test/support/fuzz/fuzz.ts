import { randomInt } from 'node:crypto';
import { test } from '@jest/globals';
import fc from 'fast-check';

/** Where the random cases begin: printed at each run, and set to repeat it. */
const SEED = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));

/** Whose fields must stay as they are, whatever is stored. */
const PROTOTYPES = [Object, Array, Function, Promise, Date, Error, String].map(
  ({ prototype }): object => prototype,
);

/**
 * A test that something holds for so many random cases. A second call of a callback and an unhandled rejection also fail
 * it, as Jest takes an uncaught exception for a failure of the test that runs.
 * @param together how many cases run at the same time, where they wait for a time limit.
 */
export function fuzz<Case>(
  name: string,
  { cases, together = 1 }: { cases: number; together?: number },
  arbitrary: fc.Arbitrary<Case>,
  holds: (one: Case) => Promise<void>,
): void {
  test(`${name}, in ${cases} cases`, async () => {
    console.log(`${name}: ${cases} cases, FUZZ_SEED=${SEED}`);
    const clean = fieldsOfPrototypes();
    const batch = fc.array(arbitrary, { minLength: together, maxLength: together, size: 'max' });
    await fc.assert(
      fc.asyncProperty(batch, async (some) => {
        await Promise.all(some.map(holds));
        if (fieldsOfPrototypes() !== clean) throw new Error('A prototype has another field.');
      }),
      { numRuns: Math.ceil(cases / together), seed: SEED, endOnFailure: together > 1 },
    );
    // What is reported late belongs to this test, too.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }, 120_000);
}

function fieldsOfPrototypes(): string {
  return PROTOTYPES.flatMap((prototype) => Reflect.ownKeys(prototype))
    .map(String)
    .join();
}
