import { randomUUID } from 'node:crypto';
import type { Store } from 'express-session';
import { sessionOf } from '../payload.ts';
import { create, destroy, load, save } from '../requests.ts';
import { type Comparison, compare } from '../rounds.ts';
import type { Subject } from '../subjects.ts';

/** How the cycles are measured. */
export interface CycleEffort {
  rounds: number;
  /** How long each subject runs in a round. */
  seconds: number;
}

/** Read, change one field, save: sessions of this size, this many at once. */
export interface CycleCase {
  bytes: number;
  concurrency: number;
}

/** Cycles per second. */
export type CycleResult = CycleCase & Comparison;

export async function measureCycle(
  subject: Subject,
  baseline: Subject,
  { bytes, concurrency }: CycleCase,
  { rounds, seconds }: CycleEffort,
): Promise<CycleResult> {
  const rates = await compare(subject, baseline, rounds, ({ store }) =>
    cyclesPerSecond(store, bytes, concurrency, seconds),
  );
  return { bytes, concurrency, ...rates };
}

/** Each of those at once has a session of its own and begins the next cycle when the last has ended. */
async function cyclesPerSecond(
  store: Store,
  bytes: number,
  concurrency: number,
  seconds: number,
): Promise<number> {
  const ids = Array.from({ length: concurrency }, () => `bench-${randomUUID()}`);
  await Promise.all(ids.map((id) => create(store, id, sessionOf(bytes))));
  const start = performance.now();
  const end = start + seconds * 1000;
  const counts = await Promise.all(ids.map((id) => cycleUntil(end, store, id)));
  const cycles = counts.reduce((sum, count) => sum + count, 0);
  const perSecond = (cycles * 1000) / (performance.now() - start);
  await Promise.all(ids.map((id) => destroy(store, id)));
  return perSecond;
}

async function cycleUntil(end: number, store: Store, id: string): Promise<number> {
  let cycles = 0;
  for (; performance.now() < end; cycles++) {
    const session = await load(store, id);
    session.visits += 1;
    await save(store, session);
  }
  return cycles;
}
