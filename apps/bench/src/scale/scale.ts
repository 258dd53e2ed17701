import type { TestRedis } from '@holdfast/test-servers';
import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import { type HoldfastOptions, openConnectRedis, openHoldfast } from '../subjects.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { type BlockingResult, measureBlocking } from './blocking.ts';
import { type CostResult, measureCost } from './cost.ts';
import { type IndexedResult, measureIndexed } from './indexed.ts';
import { fill, inEmpty } from './keys.ts';
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
  cost: number;
}

export interface Results {
  listing: ListingResult[];
  indexed: IndexedResult[];
  cost: CostResult[];
  blocking: BlockingResult[];
  memory: MemoryResult[];
}

const EARNEST: ScaleEffort = {
  rounds: 3,
  sessions: [1000, 10_000, 100_000],
  others: [0, 1_000_000],
  blocking: 200_000,
  memory: [100_000, 1_000_000],
  cost: 20_000,
};

const SMOKE: ScaleEffort = {
  rounds: 1,
  sessions: [1000],
  others: [0, 2000],
  blocking: 2000,
  memory: [2000],
  cost: 1000,
};

/** What the indexed store is told besides. */
const INDEX: HoldfastOptions = { userId: ({ user }) => user, trackCount: true };

/** What looking at many sessions costs, in time, in the server's and in memory. */
export async function runScale({ smoke, rounds }: Effort, progress: Progress): Promise<Page> {
  const defaults = smoke ? SMOKE : EARNEST;
  const effort = { ...defaults, rounds: rounds ?? defaults.rounds };
  return onRedis((redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return inEmpty(redis.raw, async () => ({
      text: page(await observed(redis.raw, measure), effort),
    }));
  });
}

async function measureAll(
  { url, raw }: TestRedis,
  effort: ScaleEffort,
  progress: Progress,
): Promise<Results> {
  const holdfast = await openHoldfast(url);
  const indexed = await openHoldfast(url, INDEX);
  const connectRedis = await openConnectRedis(url);
  const results: Results = { listing: [], indexed: [], cost: [], blocking: [], memory: [] };
  for (const others of effort.others) {
    await fill(raw, 'other:', others, 'x');
    for (const sessions of effort.sessions) {
      progress(`listing: ${sessions} sessions among ${others} other keys`);
      const keyspace = { sessions, others };
      const listing = measureListing(holdfast, connectRedis, raw, keyspace, effort.rounds);
      results.listing.push(...(await listing));
    }
    for (const sessions of effort.sessions) {
      progress(`index: ${sessions} sessions among ${others} other keys`);
      const keyspace = { sessions, others };
      results.indexed.push(
        ...(await measureIndexed(indexed, connectRedis, keyspace, effort.rounds)),
      );
    }
    await raw('FLUSHDB');
  }
  progress(`index: memory of ${effort.cost} sessions`);
  results.cost = await measureCost(url, raw, effort.cost);
  progress(`blocking: ${effort.blocking} sessions`);
  const subjects = [holdfast, connectRedis];
  results.blocking = await measureBlocking(subjects, raw, effort.blocking, effort.rounds);
  await Promise.all([...subjects, indexed].map((subject) => subject.close()));
  results.memory = await measureMemory(url, raw, effort.memory, progress);
  return results;
}
