import { randomUUID } from 'node:crypto';
import type { TestRedis } from '@holdfast/test-servers';
import type { Store } from 'express-session';
import { commandsDuring, sentOf } from '../measuring/commands.ts';
import { repeatFor, type Step } from '../measuring/repeat.ts';
import { interleave } from '../measuring/rounds.ts';
import { type Series, seriesOf } from '../measuring/series.ts';
import type { Raw } from '../redis/servers.ts';
import type { OpenedStore, OpenStore } from './opened-store.ts';
import { type Operation, PREPARE } from './operations.ts';
import { create, destroy } from './requests.ts';
import { sessionOf } from './session-data.ts';

export interface OperationEffort {
  rounds: number;
  /** How long a store runs in a round. */
  seconds: number;
  operations: readonly Operation[];
  /** Sizes of the sessions in bytes. */
  sizes: readonly number[];
  concurrencies: readonly number[];
  /** How many sessions a turn of `destroy` destroys. */
  stock: number;
}

/** An operation with sessions of one size, several at the same time. */
export interface OperationCase {
  operation: Operation;
  bytes: number;
  concurrency: number;
}

export interface OperationResult<Name> extends OperationCase {
  /** Operations per second. */
  rates: Series<Name>;
  /** Commands per operation. */
  commands: Series<Name>;
}

/** What a store did in a round. */
interface Round {
  operationsPerSecond: number;
  commandsPerOperation: number;
}

/** The concurrency of a busy application. */
export const AT_ONCE = 64;

/** Measures the operations of all these stores in this process. */
export async function measureOperations<Name extends string>(
  { url, raw }: TestRedis,
  stores: Record<Name, OpenStore>,
  effort: OperationEffort,
  progress: (line: string) => void,
): Promise<OperationResult<Name>[]> {
  const opened = new Map<Name, OpenedStore>();
  for (const name in stores) opened.set(name, await stores[name](url));
  const results: OperationResult<Name>[] = [];
  for (const each of casesOf(effort)) {
    progress(`${each.operation}, ${each.bytes} bytes, ${each.concurrency} at once`);
    const measured = await interleave([...opened], effort.rounds, ([, { store }]) =>
      measureRound(store, each, raw, effort),
    );
    const rounds = new Map(Array.from(measured, ([[name], round]) => [name, round]));
    results.push({
      ...each,
      rates: seriesOf(rounds, 'operationsPerSecond'),
      commands: seriesOf(rounds, 'commandsPerOperation'),
    });
  }
  await Promise.all(Array.from(opened.values(), ({ close }) => close()));
  return results;
}

/** Stores a session for each of the operations at the same time, and removes the sessions after the work. */
export async function withSteps<Result>(
  store: Store,
  { operation, bytes, concurrency }: OperationCase,
  stock: number,
  work: (steps: Step[]) => Promise<Result>,
): Promise<Result> {
  const ids = Array.from({ length: concurrency }, () => `bench-${randomUUID()}`);
  const session = sessionOf(bytes);
  await Promise.all(ids.map((id) => create(store, id, session)));
  const result = await work(await PREPARE[operation]({ store, ids, session, stock }));
  await Promise.all(ids.map((id) => destroy(store, id)));
  return result;
}

function casesOf({ operations, sizes, concurrencies }: OperationEffort): OperationCase[] {
  return operations.flatMap((operation) =>
    sizes.flatMap((bytes) =>
      concurrencies.map((concurrency) => ({ operation, bytes, concurrency })),
    ),
  );
}

async function measureRound(
  store: Store,
  each: OperationCase,
  raw: Raw,
  { seconds, stock }: OperationEffort,
): Promise<Round> {
  // A time limit would leave some of the sessions of the stock behind.
  const limit = each.operation === 'destroy' ? Number.POSITIVE_INFINITY : seconds;
  return withSteps(store, each, stock, async (steps) => {
    let timed = { done: 0, seconds: Number.NaN };
    const commands = await commandsDuring(raw, async () => {
      timed = await repeatFor(limit, steps);
    });
    return {
      operationsPerSecond: timed.done / timed.seconds,
      commandsPerOperation: sentOf(commands) / timed.done,
    };
  });
}
