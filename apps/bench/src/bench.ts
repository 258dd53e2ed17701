import type { TestRedis } from '@holdfast/test-servers';
import { type ContentionResult, measureContention } from './contention.ts';
import { type CycleCase, type CycleResult, type Effort, measureCycle } from './cycle.ts';
import { currentLoad, describeMachine, type Machine } from './machine.ts';
import { openConnectRedis, openHoldfast } from './subjects.ts';

export interface Results {
  machine: Machine;
  effort: Effort;
  /** Before the run and after it. */
  load: [number, number];
  /** How long the whole run took. */
  tookSeconds: number;
  cycles: CycleResult[];
  contention: ContentionResult[];
}

const CASES: CycleCase[] = [200, 2000, 20_000].flatMap((bytes) =>
  [1, 64].map((concurrency) => ({ bytes, concurrency })),
);

/** Runs all workloads on one Redis. */
export async function runBench(
  { url, raw }: TestRedis,
  effort: Effort,
  progress: (line: string) => void,
): Promise<Results> {
  const start = performance.now();
  const loadBefore = currentLoad();
  const machine = await describeMachine(raw);
  const holdfast = await openHoldfast(url);
  const connectRedis = await openConnectRedis(url);
  const cycles: CycleResult[] = [];
  for (const each of CASES) {
    progress(`cycle: ${each.bytes} bytes, ${each.concurrency} at once`);
    cycles.push(await measureCycle(holdfast, connectRedis, each, effort));
  }
  progress('contention');
  const contention = await measureContention([holdfast, connectRedis], raw, effort.rounds);
  await Promise.all([holdfast.close(), connectRedis.close()]);
  const tookSeconds = (performance.now() - start) / 1000;
  const load: [number, number] = [loadBefore, currentLoad()];
  return { machine, effort, load, tookSeconds, cycles, contention };
}
