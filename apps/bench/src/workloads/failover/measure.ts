import { setTimeout as pause } from 'node:timers/promises';
import type { RedisProcess } from '@holdfast/test-servers';
import type { Progress } from '../workload.ts';
import type { FailoverClient } from './clients.ts';
import { START } from './servers.ts';
import { Writer } from './writer.ts';

export interface FailoverEffort {
  clients: readonly FailoverClient[];
  /** How many writers store all their sessions in one slot. */
  settledWriters: number;
  /** How many go from slot to slot, so that they depend on every master. */
  roamingWriters: number;
  /** How long the writers run before the kill, */
  beforeMs: number;
  /** and after every key works again. */
  afterMs: number;
  /** How long to wait until every key works again. */
  patienceMs: number;
}

export interface FailoverResult {
  client: FailoverClient;
  /** Milliseconds until every key worked again; undefined if some did not before the patience ended. */
  recoveredMs: number | undefined;
  /** How many sets failed, by their error. */
  errors: Map<string, number>;
  acknowledged: number;
  /** Acknowledged sets whose session does not exist in the end. */
  lost: number;
  /** Those of them that the replica had confirmed before the kill. */
  lostInSync: number;
  longestWaitMs: number;
  /** Of the writers on the masters that survived. Means nothing if there are none. */
  healthy: Pace;
  healthyLongestWaitMs: number;
  roaming: Pace;
}

/** Acknowledged sets per second, before the kill, and from there until everything worked again. */
export interface Pace {
  before: number;
  during: number;
}

export interface Results {
  results: FailoverResult[];
}

/** How long a replica may take to confirm what its master wrote. Usually takes milliseconds. */
const SYNC_MS = 20_000;

export async function measureAll(effort: FailoverEffort, progress: Progress): Promise<Results> {
  const results: FailoverResult[] = [];
  for (const client of effort.clients) {
    progress(`failover: ${client.name}, ${client.server}, ${client.options} options`);
    results.push(await measure(client, effort));
  }
  return { results };
}

/** Kills a master while writers store sessions, and returns what happens to them. */
async function measure(
  client: FailoverClient,
  { settledWriters, roamingWriters, beforeMs, afterMs, patienceMs }: FailoverEffort,
): Promise<FailoverResult> {
  const servers = await START[client.server]();
  const { store, close } = await client.open(servers.ports, servers.name);
  const end = new AbortController();
  try {
    const tags = Array.from({ length: settledWriters }, (_, index) => String(index));
    const victim = await servers.masterOf('{0}');
    const owners = await Promise.all(tags.map((tag) => servers.masterOf(`{${tag}}`)));
    const settled = tags.map((tag) => new Writer('settled', [tag]));
    const affected = settled.filter((_, index) => owners[index] === victim);
    const healthy = settled.filter((_, index) => owners[index] !== victim);
    const roaming = Array.from({ length: roamingWriters }, (_, index) => {
      return new Writer(`roaming${index}`, [...tags.slice(index), ...tags.slice(0, index)]);
    });
    const writers = [...settled, ...roaming];
    for (const writer of writers) writer.write(store, end.signal);
    await pause(beforeMs);

    const inSync = writers.flatMap((writer) => writer.acknowledged());
    await confirmReplication(victim);
    await victim.stop();
    // The clock starts after the process has ended, because it acknowledges sets until then.
    const killed = performance.now();
    const recovered = await recovery(affected, killed, patienceMs);
    const until = recovered ?? performance.now();
    await pause(afterMs);
    end.abort();

    const acknowledged = writers.flatMap((writer) => writer.acknowledged());
    const stored = new Set(await servers.keys());
    const isLost = (id: string) => !stored.has(`sess:${id}`);
    const paceOf = (some: Writer[]): Pace => ({
      before: perSecond(some, killed - beforeMs / 2, killed),
      during: perSecond(some, killed, until),
    });
    return {
      client,
      recoveredMs: recovered === undefined ? undefined : recovered - killed,
      errors: countErrors(writers),
      acknowledged: acknowledged.length,
      lost: acknowledged.filter(isLost).length,
      lostInSync: inSync.filter(isLost).length,
      longestWaitMs: longestWait(settled, killed, until),
      healthy: paceOf(healthy),
      healthyLongestWaitMs: longestWait(healthy, killed, until),
      roaming: paceOf(roaming),
    };
  } finally {
    end.abort();
    await close();
    await servers.stop();
  }
}

/** WAIT covers all that the server had written at the last command of the same connection. */
async function confirmReplication({ connection, port }: RedisProcess): Promise<void> {
  await connection.ping();
  const replicas = await connection.wait(1, SYNC_MS);
  if (replicas !== 1) throw new Error(`The replica of ${port} is not in sync.`);
}

/** Returns when every affected writer could write again. */
async function recovery(
  affected: Writer[],
  killed: number,
  patienceMs: number,
): Promise<number | undefined> {
  while (performance.now() < killed + patienceMs) {
    const times = affected.map((writer) => writer.worksAgain(killed));
    if (times.every((time) => time !== undefined)) return Math.max(...times);
    await pause(20);
  }
  return undefined;
}

function countErrors(writers: Writer[]): Map<string, number> {
  const errors = new Map<string, number>();
  for (const { error } of writers.flatMap(({ outcomes }) => outcomes)) {
    if (error !== undefined) errors.set(error, (errors.get(error) ?? 0) + 1);
  }
  return errors;
}

function longestWait(writers: Writer[], from: number, to: number): number {
  return Math.max(...writers.map((writer) => writer.longestWait(from, to)));
}

function perSecond(writers: Writer[], from: number, to: number): number {
  const counts = writers.map((writer) => writer.acknowledgedBetween(from, to));
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (to - from);
}
