import type { TestRedis } from '@holdfast/test-servers';
import { fill } from '../../redis/fill.ts';
import {
  type HoldfastOptions,
  openConnectRedis,
  openHoldfast,
} from '../../stores/compared-stores.ts';
import type { Progress } from '../workload.ts';
import { type BlockingResult, measureBlocking } from './blocking.ts';
import { type IndexMemoryResult, measureIndexMemory } from './index-memory.ts';
import { type IndexedEffort, type IndexedResult, measureIndexed } from './indexed.ts';
import { type ListingResult, measureListing } from './listing.ts';
import { measureReaderMemory, type ReaderMemoryResult } from './reader-memory.ts';

export interface ScaleEffort extends IndexedEffort {
  /** How many sessions there are when calls are timed, in ascending order, */
  sessions: readonly number[];
  /** each time among this many other keys. */
  others: readonly number[];
  /** How many sessions there are when the server's slowest command is measured, */
  blocking: number;
  /** when the memory of the readers is measured, in ascending order, */
  readers: readonly number[];
  /** and when the memory of the index is measured. */
  indexMemory: number;
}

export interface Results {
  listing: ListingResult[];
  indexed: IndexedResult[];
  indexMemory: IndexMemoryResult[];
  blocking: BlockingResult[];
  readers: ReaderMemoryResult[];
}

const INDEX: HoldfastOptions = { userId: ({ user }) => user, trackCount: true };

export async function measureAll(
  { url, raw }: TestRedis,
  effort: ScaleEffort,
  progress: Progress,
): Promise<Results> {
  const holdfast = await openHoldfast(url);
  const withIndex = await openHoldfast(url, INDEX);
  // Restores sessions that were ended, which the compared store refuses.
  const filler = await openHoldfast(url, { ...INDEX, rememberEnded: 0 });
  const connectRedis = await openConnectRedis(url);
  const listing: ListingResult[] = [];
  const indexed: IndexedResult[] = [];
  for (const others of effort.others) {
    await fill(raw, 'other:', others, 'x');
    for (const sessions of effort.sessions) {
      progress(`listing: ${sessions} sessions among ${others} other keys`);
      const keyspace = { sessions, others };
      const calls = await measureListing(holdfast, connectRedis, raw, keyspace, effort.rounds);
      listing.push(...calls);
    }
    for (const sessions of effort.sessions) {
      progress(`index: ${sessions} sessions among ${others} other keys`);
      const keyspace = { sessions, others };
      indexed.push(...(await measureIndexed(withIndex, filler, connectRedis, keyspace, effort)));
    }
    await raw('FLUSHDB');
  }
  progress(`index: memory of ${effort.indexMemory} sessions`);
  const indexMemory = await measureIndexMemory(url, raw, effort.indexMemory);
  progress(`blocking: ${effort.blocking} sessions`);
  const stores = [holdfast, connectRedis];
  const blocking = await measureBlocking(stores, raw, effort.blocking, effort.rounds);
  await Promise.all([...stores, withIndex, filler].map(({ close }) => close()));
  const readers = await measureReaderMemory(url, raw, effort.readers, progress);
  return { listing, indexed, indexMemory, blocking, readers };
}
