import { setTimeout as pause } from 'node:timers/promises';
import {
  type RedisProcess,
  startCluster,
  startSentinels,
  type TestCluster,
  type TestSentinels,
} from '@holdfast/test-servers';
import type { FailoverClient } from './clients.ts';
import { Writer } from './writers.ts';

export const WRITERS = 200;

/** Besides those with a slot of their own: they go from slot to slot, and so wait for each that they need. */
export const ROAMERS = 50;

/** How long the load runs before the master is killed, and after every key works again. */
const BEFORE_MS = 2000;
const AFTER_MS = 1000;
export const PATIENCE_MS = 15_000;

export interface FailoverResult {
  client: FailoverClient;
  /** Milliseconds until every key worked again; undefined when some did not until the end of the patience. */
  recoveredMs: number | undefined;
  /** How many sets failed, by what they failed with. */
  errors: Map<string, number>;
  acknowledged: number;
  /** Acknowledged sets of which nothing was there in the end. */
  lost: number;
  /** Those among them that the replica had confirmed before the kill. */
  lostInSync: number;
  /** The longest that one set took to be answered. */
  longestWaitMs: number;
  /** Of the writers whose master nobody killed; of no meaning where there are none. */
  healthy: Pace;
  healthyLongestWaitMs: number;
  roaming: Pace;
}

/** Acknowledged sets in a second, before the kill and from there until all worked again. */
export interface Pace {
  before: number;
  meanwhile: number;
}

/** What is the same for a cluster and for sentinels. */
interface Server {
  ports: number[];
  name: string;
  masterOf(key: string): Promise<RedisProcess>;
  /** All keys on the masters that are there. */
  keys(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Kills a master under the load of the writers, and looks at what happens to them. */
export async function measureFailover(client: FailoverClient): Promise<FailoverResult> {
  const server = await starts[client.server]();
  const { store, close } = await client.open(server.ports, server.name);
  const end = new AbortController();
  try {
    const tags = Array.from({ length: WRITERS }, (_, index) => String(index));
    const victim = await server.masterOf('{0}');
    const owners = await Promise.all(tags.map((tag) => server.masterOf(`{${tag}}`)));
    const settled = tags.map((tag) => new Writer('settled', [tag]));
    const struck = settled.filter((_, index) => owners[index] === victim);
    const healthy = settled.filter((_, index) => owners[index] !== victim);
    const roaming = Array.from({ length: ROAMERS }, (_, index) => {
      return new Writer(`roaming${index}`, [...tags.slice(index), ...tags.slice(0, index)]);
    });
    const writers = [...settled, ...roaming];
    for (const writer of writers) writer.write(store, end.signal);
    await pause(BEFORE_MS);

    const inSync = writers.flatMap((writer) => writer.acknowledged());
    await confirmReplication(victim);
    await victim.stop();
    // Not before it has ended: until then it acknowledges what it gets.
    const killed = performance.now();
    const recovered = await recovery(struck, killed);
    const until = recovered ?? performance.now();
    await pause(AFTER_MS);
    end.abort();

    const acknowledged = writers.flatMap((writer) => writer.acknowledged());
    const there = new Set(await server.keys());
    const isLost = (id: string) => !there.has(`sess:${id}`);
    const pace = (some: Writer[]): Pace => ({
      before: perSecond(some, killed - BEFORE_MS / 2, killed),
      meanwhile: perSecond(some, killed, until),
    });
    return {
      client,
      recoveredMs: recovered === undefined ? undefined : recovered - killed,
      errors: errorsOf(writers),
      acknowledged: acknowledged.length,
      lost: acknowledged.filter(isLost).length,
      lostInSync: inSync.filter(isLost).length,
      longestWaitMs: longestWait(settled, killed, until),
      healthy: pace(healthy),
      healthyLongestWaitMs: longestWait(healthy, killed, until),
      roaming: pace(roaming),
    };
  } finally {
    end.abort();
    await close();
    await server.stop();
  }
}

const starts: Record<FailoverClient['server'], () => Promise<Server>> = {
  async cluster() {
    const cluster: TestCluster = await startCluster();
    return {
      ports: cluster.ports,
      name: '',
      masterOf: cluster.masterOf,
      async keys() {
        const masters = await cluster.masters();
        return (await Promise.all(masters.map(({ connection }) => connection.keys('*')))).flat();
      },
      stop: cluster.stop,
    };
  },
  async sentinels() {
    const { ports, name, master, raw, stop }: TestSentinels = await startSentinels();
    const keys = async () => (await raw('KEYS', '*')) as string[];
    return { ports, name, masterOf: async () => master, keys, stop };
  },
};

/** WAIT speaks of all that the server had written at the last command of the same connection. */
async function confirmReplication({ connection, port }: RedisProcess): Promise<void> {
  await connection.ping();
  const replicas = await connection.wait(1, 1000);
  if (replicas !== 1) throw new Error(`The replica of ${port} is not in sync.`);
}

/** When every writer whose master was killed could write again. */
async function recovery(struck: Writer[], killed: number): Promise<number | undefined> {
  while (performance.now() < killed + PATIENCE_MS) {
    const times = struck.map((writer) => writer.worksAgain(killed));
    if (times.every((time) => time !== undefined)) return Math.max(...times);
    await pause(20);
  }
  return undefined;
}

function errorsOf(writers: Writer[]): Map<string, number> {
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
