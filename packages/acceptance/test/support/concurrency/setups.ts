import type { TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { type App, startTwoProcesses, type TwoProcesses } from './app-process.ts';

/** Two applications at which requests of one session meet, in one process or in two. */
export interface Setup {
  first: App;
  second: App;
  /** Sends a command about a session to Redis. */
  raw(command: string, id: string): Promise<unknown>;
  redis: TestRedis;
}

let processes: TwoProcesses | undefined;

// For all tests of the file that imports this.
beforeAll(async () => {
  processes = await startTwoProcesses();
});
afterAll(() => processes?.stop());

/**
 * Describes the same behavior for each kind of store, with `resave` and without, in one process and in two.
 */
export function describeSetups(
  kinds: string[],
  tests: (setup: () => Setup, settings: { kind: string; resave: boolean }) => void,
  processCounts: number[] = [1, 2],
): void {
  for (const kind of kinds) {
    for (const resave of [true, false]) {
      for (const count of processCounts) {
        const where = count === 1 ? 'one process' : 'two processes';
        describe(`${kind}, resave ${resave}, ${where}`, () => {
          const setup = () => {
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
          tests(setup, { kind, resave });
        });
      }
    }
  }
}

/** How many trials run at the same time. Each of them may send dozens of requests. */
const TOGETHER = 4;

/** Runs independent trials, each with a session of its own. */
export async function inTrials<Result>(
  count: number,
  trial: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  while (results.length < count) {
    const length = Math.min(TOGETHER, count - results.length);
    const some = Array.from({ length }, (_, index) => trial(results.length + index));
    results.push(...(await Promise.all(some)));
  }
  return results;
}
