import { randomUUID } from 'node:crypto';
import type { Store } from 'express-session';
import { sessionOf } from '../payload.ts';
import { create, destroy } from '../requests.ts';
import { interleave } from '../rounds.ts';
import type { Progress } from '../workloads.ts';
import type { Measured } from './comparison.ts';
import { CONTESTANTS, type Contestant, type Opened, open } from './contestants.ts';
import { OPERATIONS, type Operation, PREPARE, type Step } from './operations.ts';

export interface StoreEffort {
  rounds: number;
  /** How long a store runs in a round. */
  seconds: number;
  /** Of the sessions, in bytes. */
  sizes: readonly number[];
}

/** Sessions of this size, this many at once. */
export interface StoreCase {
  operation: Operation;
  bytes: number;
  concurrency: number;
}

export interface StoreResult extends StoreCase {
  /** Operations per second. */
  rates: Measured;
}

/** Where not one alone. */
export const AT_ONCE = 64;

/** Measures every operation of every store in this process. */
export async function measureStores(
  url: string,
  { rounds, seconds, sizes }: StoreEffort,
  progress: Progress,
): Promise<StoreResult[]> {
  const opened = new Map<Contestant, Opened>();
  for (const name of CONTESTANTS) opened.set(name, await open(name, url));
  const results: StoreResult[] = [];
  for (const each of casesOf(sizes)) {
    progress(`store: ${each.operation}, ${each.bytes} bytes, ${each.concurrency} at once`);
    const measured = await interleave([...opened], rounds, ([, { store }]) =>
      perSecond(store, each, seconds),
    );
    const rates = new Map(Array.from(measured, ([[name], rate]) => [name, rate]));
    results.push({ ...each, rates });
  }
  await Promise.all(Array.from(opened.values(), ({ close }) => close()));
  return results;
}

function casesOf(sizes: readonly number[]): StoreCase[] {
  return OPERATIONS.flatMap((operation) =>
    sizes.flatMap((bytes) =>
      [1, AT_ONCE].map((concurrency) => ({ operation, bytes, concurrency })),
    ),
  );
}

/** Each of those at once has a session of its own and begins the next operation when the last has ended. */
async function perSecond(
  store: Store,
  { operation, bytes, concurrency }: StoreCase,
  seconds: number,
): Promise<number> {
  const ids = Array.from({ length: concurrency }, () => `bench-${randomUUID()}`);
  const session = sessionOf(bytes);
  await Promise.all(ids.map((id) => create(store, id, session)));
  const steps = await PREPARE[operation](store, ids, session);
  const start = performance.now();
  // Else some of the sessions that there are to destroy would be left.
  const end = operation === 'destroy' ? Number.POSITIVE_INFINITY : start + seconds * 1000;
  const counts = await Promise.all(steps.map((step) => repeatUntil(end, step)));
  const done = counts.reduce((sum, count) => sum + count, 0);
  const rate = (done * 1000) / (performance.now() - start);
  await Promise.all(ids.map((id) => destroy(store, id)));
  return rate;
}

async function repeatUntil(end: number, step: Step): Promise<number> {
  let done = 0;
  for (; performance.now() < end; done++) {
    const ending = step();
    if (ending === undefined) break;
    await ending;
  }
  return done;
}
