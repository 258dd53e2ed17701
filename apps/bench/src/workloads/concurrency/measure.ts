import type { TestRedis } from '@holdfast/test-servers';
import { openConnectRedis, openHoldfast } from '../../stores/compared-stores.ts';
import { AT_ONCE } from '../../stores/measure-operations.ts';
import type { Progress } from '../workload.ts';
import { type ContentionResult, measureContention } from './contention.ts';
import { type CycleCase, type CycleEffort, type CycleResult, measureCycle } from './cycle.ts';

export type ConcurrencyEffort = CycleEffort;

export interface Results {
  cycles: CycleResult[];
  contention: ContentionResult[];
}

const CASES: CycleCase[] = [200, 2000, 20_000].flatMap((bytes) =>
  [1, AT_ONCE].map((concurrency) => ({ bytes, concurrency })),
);

export async function measureAll(
  { url, raw }: TestRedis,
  effort: ConcurrencyEffort,
  progress: Progress,
): Promise<Results> {
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
  return { cycles, contention };
}
