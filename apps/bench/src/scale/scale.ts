import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { observed } from '../machine.ts';
import { openConnectRedis, openHoldfast } from '../subjects.ts';
import type { Effort, Progress } from '../workloads.ts';
import { type BlockingResult, measureBlocking } from './blocking.ts';
import { fill, requireEmpty } from './keys.ts';
import { type ListingResult, measureListing } from './listing.ts';
import { type MemoryResult, measureMemory } from './memory.ts';
import { page } from './page.ts';

/** How many keys, and how often. */
export interface ScaleEffort {
  rounds: number;
  /** How many sessions there are when calls are timed, in ascending order, */
  sessions: readonly number[];
  /** each time beside this many other keys. */
  others: readonly number[];
  blocking: number;
  memory: readonly number[];
}

export interface Results {
  listing: ListingResult[];
  blocking: BlockingResult[];
  memory: MemoryResult[];
}

const EARNEST: ScaleEffort = {
  rounds: 3,
  sessions: [1000, 10_000, 100_000],
  others: [0, 1_000_000],
  blocking: 200_000,
  memory: [100_000, 1_000_000],
};

const SMOKE: ScaleEffort = {
  rounds: 1,
  sessions: [100, 1000],
  others: [0, 2000],
  blocking: 2000,
  memory: [2000],
};

/** What looking at many sessions costs, in time, in the server's and in memory. */
export async function runScale({ smoke, rounds }: Effort, progress: Progress): Promise<string> {
  const defaults = smoke ? SMOKE : EARNEST;
  const effort = { ...defaults, rounds: rounds ?? defaults.rounds };
  const redis = await startRedis();
  try {
    await requireEmpty(redis.raw);
    return page(await observed(redis.raw, () => measureAll(redis, effort, progress)), effort);
  } finally {
    await redis.raw('FLUSHDB');
    await redis.stop();
  }
}

async function measureAll(
  { url, raw }: TestRedis,
  effort: ScaleEffort,
  progress: Progress,
): Promise<Results> {
  const holdfast = await openHoldfast(url);
  const connectRedis = await openConnectRedis(url);
  const listing: ListingResult[] = [];
  for (const others of effort.others) {
    await fill(raw, 'other:', others, 'x');
    for (const sessions of effort.sessions) {
      progress(`listing: ${sessions} sessions among ${others} other keys`);
      const keyspace = { sessions, others };
      listing.push(...(await measureListing(holdfast, connectRedis, raw, keyspace, effort.rounds)));
    }
  }
  await raw('FLUSHDB');
  progress(`blocking: ${effort.blocking} sessions`);
  const subjects = [holdfast, connectRedis];
  const blocking = await measureBlocking(subjects, raw, effort.blocking, effort.rounds);
  await Promise.all(subjects.map((subject) => subject.close()));
  const memory = await measureMemory(url, raw, effort.memory, progress);
  return { listing, blocking, memory };
}
