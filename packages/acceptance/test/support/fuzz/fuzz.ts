import { setTimeout as pause } from 'node:timers/promises';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { checkProperty, SEED } from '../properties.ts';

/** Prototypes that must keep their fields, whatever is stored. */
const PROTOTYPES = [Object, Array, Function, Promise, Date, Error, String].map(
  ({ prototype }): object => prototype,
);

/**
 * Defines a test that something holds for so many random cases. A second call of a callback and an unhandled rejection
 * fail it, too: to Jest, an uncaught exception is a failure of the running test.
 * @param together how many cases run at the same time, if they wait for a time limit.
 */
export function fuzz<Case>(
  name: string,
  { cases, together = 1 }: { cases: number; together?: number },
  arbitrary: fc.Arbitrary<Case>,
  holds: (one: Case) => Promise<void>,
): void {
  test(`${name}, in ${cases} cases with FUZZ_SEED=${SEED}`, async () => {
    const clean = fieldsOfPrototypes();
    const batch = fc.array(arbitrary, { minLength: together, maxLength: together, size: 'max' });
    await checkProperty(
      fc.asyncProperty(batch, async (some) => {
        await Promise.all(some.map(holds));
        if (fieldsOfPrototypes() !== clean) throw new Error('A prototype has another field.');
      }),
      Math.ceil(cases / together),
      { endOnFailure: together > 1 },
    );
    // A late failure belongs to this test, too.
    await pause(100);
  });
}

function fieldsOfPrototypes(): string {
  return PROTOTYPES.flatMap((prototype) => Reflect.ownKeys(prototype))
    .map(String)
    .join();
}
