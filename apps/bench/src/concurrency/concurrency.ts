import type { TestRedis } from '@holdfast/test-servers';
import { effortOf } from '../effort.ts';
import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import { openConnectRedis, openHoldfast } from '../subjects.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { type ContentionResult, measureContention } from './contention.ts';
import { type CycleCase, type CycleEffort, type CycleResult, measureCycle } from './cycle.ts';
import { page } from './page.ts';

export interface Results {
  cycles: CycleResult[];
  contention: ContentionResult[];
}

const CASES: CycleCase[] = [200, 2000, 20_000].flatMap((bytes) =>
  [1, 64].map((concurrency) => ({ bytes, concurrency })),
);

const EARNEST: CycleEffort = { rounds: 15, seconds: 0.5 };
const SMOKE: CycleEffort = { rounds: 3, seconds: 0.05 };

/** What requests at the same time cost, and what becomes of their changes. */
export async function runConcurrency(asked: Effort, progress: Progress): Promise<Page> {
  const effort = effortOf(asked, EARNEST, SMOKE);
  return onRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return { text: page(await observed(redis.raw, measure), effort) };
  });
}

async function measureAll(
  { url, raw }: TestRedis,
  effort: CycleEffort,
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
