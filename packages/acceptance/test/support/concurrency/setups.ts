import type { TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { type App, startTwoProcesses, type TwoProcesses } from './app-process.ts';

/** Where two requests of one session meet. */
export interface Sides {
  first: App;
  second: App;
  /** What Redis itself answers about a session. */
  raw(command: string, id: string): Promise<unknown>;
  /** What Redis answers to any other command. */
  redis: TestRedis;
}

let processes: TwoProcesses | undefined;

// For the whole of the test file that imports this.
beforeAll(async () => {
  processes = await startTwoProcesses();
});
afterAll(() => processes?.stop());

/**
 * Describes the same behaviour for each kind of store, with `resave` and without, with both sides in one process and
 * in two.
 */
export function describeSides(
  kinds: string[],
  tests: (sides: () => Sides, settings: { kind: string; resave: boolean }) => void,
  processCounts: number[] = [1, 2],
): void {
  for (const kind of kinds) {
    for (const resave of [true, false]) {
      for (const count of processCounts) {
        const where = count === 1 ? 'one process' : 'two processes';
        describe(`${kind}, resave ${resave}, ${where}`, () => {
          const sides = () => {
            if (processes === undefined) throw new Error('The processes have not started yet.');
            const [first, other] = processes.apps(kind, resave);
            const { redis } = processes;
            return {
              first,
              second: count === 1 ? first : other,
              raw: (command: string, id: string) => redis.raw(command, first.prefix + id),
              redis,
            };
          };
          tests(sides, { kind, resave });
        });
      }
    }
  }
}

/** Runs independent trials at once, each with a session of its own. */
export function inTrials<Result>(
  count: number,
  trial: (index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => trial(index)));
}
