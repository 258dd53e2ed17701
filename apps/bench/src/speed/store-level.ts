import { randomUUID } from 'node:crypto';
import type { TestRedis } from '@holdfast/test-servers';
import type { Store } from 'express-session';
import { commandsDuring, sentOf } from '../commands.ts';
import type { Open, Opened } from '../opened.ts';
import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { create, destroy } from '../requests.ts';
import { interleave } from '../rounds.ts';
import type { Progress } from '../workloads.ts';
import { figuresOf, type Measured } from './comparison.ts';
import { type Operation, PREPARE, type Step } from './operations.ts';

export interface StoreEffort {
  rounds: number;
  /** How long a store runs in a round. */
  seconds: number;
  operations: readonly Operation[];
  /** Of the sessions, in bytes. */
  sizes: readonly number[];
  concurrencies: readonly number[];
}

/** Sessions of this size, this many at once. */
export interface StoreCase {
  operation: Operation;
  bytes: number;
  concurrency: number;
}

export interface StoreResult<Name> extends StoreCase {
  /** Operations per second. */
  rates: Measured<Name>;
  /** Commands per operation. */
  commands: Measured<Name>;
}

/** What a store did in a round. */
interface StoreRound {
  operationsPerSecond: number;
  commandsPerOperation: number;
}

/** Where not one alone. */
export const AT_ONCE = 64;

/** Measures operations of all these stores in this process. */
export async function measureStores<Name extends string>(
  { url, raw }: TestRedis,
  stores: Record<Name, Open>,
  effort: StoreEffort,
  progress: Progress,
): Promise<StoreResult<Name>[]> {
  const opened = new Map<Name, Opened>();
  for (const name in stores) opened.set(name, await stores[name](url));
  const results: StoreResult<Name>[] = [];
  for (const each of casesOf(effort)) {
    progress(`${each.operation}, ${each.bytes} bytes, ${each.concurrency} at once`);
    const measured = await interleave([...opened], effort.rounds, ([, { store }]) =>
      measureRound(store, each, raw, effort.seconds),
    );
    const rounds = new Map(Array.from(measured, ([[name], round]) => [name, round]));
    const rates = figuresOf(rounds, 'operationsPerSecond');
    results.push({ ...each, rates, commands: figuresOf(rounds, 'commandsPerOperation') });
  }
  await Promise.all(Array.from(opened.values(), ({ close }) => close()));
  return results;
}

function casesOf({ operations, sizes, concurrencies }: StoreEffort): StoreCase[] {
  return operations.flatMap((operation) =>
    sizes.flatMap((bytes) =>
      concurrencies.map((concurrency) => ({ operation, bytes, concurrency })),
    ),
  );
}

/** Each of those at once has a session of its own and begins the next operation when the last has ended. */
async function measureRound(
  store: Store,
  { operation, bytes, concurrency }: StoreCase,
  raw: Raw,
  seconds: number,
): Promise<StoreRound> {
  const ids = Array.from({ length: concurrency }, () => `bench-${randomUUID()}`);
  const session = sessionOf(bytes);
  await Promise.all(ids.map((id) => create(store, id, session)));
  const steps = await PREPARE[operation](store, ids, session);
  // Else some of the sessions that there are to destroy would be left.
  const limit = operation === 'destroy' ? Number.POSITIVE_INFINITY : seconds;
  let done = 0;
  let took = Number.NaN;
  const commands = await commandsDuring(raw, async () => {
    const start = performance.now();
    done = await repeatFor(limit, steps);
    took = (performance.now() - start) / 1000;
  });
  await Promise.all(ids.map((id) => destroy(store, id)));
  return { operationsPerSecond: done / took, commandsPerOperation: sentOf(commands) / done };
}

/** @returns how many steps were done. */
async function repeatFor(seconds: number, steps: readonly Step[]): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const counts = await Promise.all(steps.map((step) => repeatUntil(end, step)));
  return counts.reduce((sum, count) => sum + count, 0);
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
