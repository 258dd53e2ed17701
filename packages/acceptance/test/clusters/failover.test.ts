import type { RedisStore } from '@holdfast/core';
import {
  type RedisProcess,
  startCluster,
  startSentinels,
  type TestCluster,
  type TestSentinels,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FromPage, fromPage } from '../support/clusters/page-clients.ts';
import { Writer } from '../support/clusters/writer.ts';

/** What the tests allow a failover to take: the servers need about three seconds of it, and a busy machine more. */
const LIMIT_MS = 12_000;

/** Far more than a request takes, and less than the five seconds after which node-redis 6 by itself gives one up. */
const STALL_MS = 2500;

/** The writers of one client. */
interface Load {
  client: FromPage;
  struck: Writer[];
  healthy: Writer[];
  /** The sessions that the replica had when the master was killed. */
  confirmed: string[];
  /** What came of a listing that was in the middle when the master was killed. */
  listed: string[] | Error;
  recoveredMs?: number;
  /** How many sets the masters acknowledged meanwhile that nobody killed. */
  healthySets: number;
}

function loadOn(client: FromPage, struck: Writer[], healthy: Writer[] = []): Load {
  return { client, struck, healthy, confirmed: [], listed: [], healthySets: 0 };
}

const all = ({ struck, healthy }: Load) => [...struck, ...healthy];

type Listing = ReturnType<RedisStore['sessions']>;

/** The ids that are to come, or why they do not. */
async function rest(listing: Listing): Promise<string[] | Error> {
  const ids: string[] = [];
  try {
    for await (const { id } of listing) ids.push(id);
    return ids;
  } catch (error) {
    return error as Error;
  }
}

/** Kills the master under the writers of all clients, and answers when all of them can write again. */
async function killUnder(loads: Load[], master: RedisProcess): Promise<void> {
  const end = new AbortController();
  const work = loads.flatMap((load) =>
    all(load).map((writer) => writer.write(load.client.store, end.signal)),
  );
  await until('every writer has written', () =>
    loads.every((load) => all(load).every(({ acknowledged }) => acknowledged.length >= 5)),
  );
  for (const load of loads) load.confirmed = all(load).flatMap((writer) => writer.acknowledged);
  await master.connection.ping();
  expect(await master.connection.wait(1, 5000)).toBe(1);
  const listings = loads.map(({ client }) => client.store.sessions());
  const firsts = await Promise.all(listings.map((listing) => listing.next()));
  for (const writer of loads.flatMap(all)) writer.longestMs = 0;
  for (const load of loads) load.healthySets = -setsOf(load.healthy);
  await master.stop();
  // Not before it has ended: until then it acknowledges what it gets.
  const killed = Date.now();
  await until('every writer of every client writes again', () => {
    for (const load of loads) {
      if (load.struck.every(({ lastBegan }) => lastBegan > killed))
        load.recoveredMs ??= Date.now() - killed;
    }
    return loads.every(({ recoveredMs }) => recoveredMs !== undefined);
  });
  for (const load of loads) load.healthySets += setsOf(load.healthy);
  end.abort();
  await Promise.all(work);
  for (const [index, load] of loads.entries()) {
    const listed = await rest(listings[index] as Listing);
    const first = firsts[index]?.value?.id ?? '';
    load.listed = listed instanceof Error ? listed : [first, ...listed];
  }
}

function setsOf(writers: Writer[]): number {
  return writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
}

/** What holds whatever kept watch over the master. */
function testRecovery(names: string[], loadOf: (name: string) => Load): void {
  test.each(names)('every key works again in time through %s', (name) => {
    expect(loadOf(name).struck.length).toBeGreaterThan(0);
    expect(loadOf(name).recoveredMs).toBeLessThan(LIMIT_MS);
  });

  test.each(names)('nothing is lost that the replica had confirmed, through %s', async (name) => {
    const { client, confirmed } = loadOf(name);
    expect(confirmed.length).toBeGreaterThan(0);
    const ids = new Set(await client.store.ids());
    expect(confirmed.filter((id) => !ids.has(id))).toEqual([]);
  });
}

describe('When the master of a cluster is killed under 200 writers', () => {
  const clients = {
    'node-redis 4': ['createCluster', 'redis-4'],
    'node-redis 5': ['createCluster', 'redis-5'],
    'node-redis 6': ['createCluster', 'redis'],
    'ioredis 5': ['new Cluster', 'ioredis'],
    'ioredis 6': ['new Cluster', 'ioredis-6'],
  } as const;
  const names = Object.keys(clients);
  const loads = new Map<string, Load>();
  const loadOf = (name: string) => loads.get(name) as Load;
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startCluster();
    const url = `redis://127.0.0.1:${cluster.ports[0]}`;
    const victim = await cluster.masterOf('{0}');
    for (const [name, [call, alias]] of Object.entries(clients)) {
      const client = await fromPage(call, alias, { REDIS_URL: url });
      const writers = Array.from({ length: 40 }, (_, index) => new Writer(`{${index}}:${name}`));
      const owners = await Promise.all(writers.map(({ tag }) => cluster.masterOf(tag)));
      const struck = writers.filter((_, index) => owners[index] === victim);
      const healthy = writers.filter((_, index) => owners[index] !== victim);
      loads.set(name, loadOn(client, struck, healthy));
    }
    await killUnder([...loads.values()], victim);
  }, 60_000);
  afterAll(async () => {
    for (const { client } of loads.values()) await client.close();
    await cluster.stop();
  });

  testRecovery(names, loadOf);

  test.each(names)('a listing that was in the middle finds all or fails, through %s', (name) => {
    const { listed, confirmed } = loadOf(name);
    if (listed instanceof Error) expect(listed.message).not.toBe('');
    else expect(confirmed.filter((id) => !listed.includes(id))).toEqual([]);
  });

  test.each(names)('the other masters serve on meanwhile, through %s', (name) => {
    const { healthy, healthySets } = loadOf(name);
    expect(healthySets).toBeGreaterThan(10 * healthy.length);
    expect(Math.max(...healthy.map(({ longestMs }) => longestMs))).toBeLessThan(STALL_MS);
  });
});

describe('When the master that sentinels watch is killed under 200 writers', () => {
  const clients = {
    'node-redis 5': ['createSentinel', 'redis-5'],
    'node-redis 6': ['createSentinel', 'redis'],
    'ioredis 5': ['new Redis', 'ioredis'],
    'ioredis 6': ['new Redis', 'ioredis-6'],
  } as const;
  const names = Object.keys(clients);
  const loads = new Map<string, Load>();
  const loadOf = (name: string) => loads.get(name) as Load;
  let sentinels: TestSentinels;

  beforeAll(async () => {
    sentinels = await startSentinels();
    const env = { REDIS_MASTER: sentinels.name, SENTINEL_PORT: String(sentinels.ports[0]) };
    for (const [name, [call, alias]] of Object.entries(clients)) {
      const client = await fromPage(call, alias, env);
      const struck = Array.from({ length: 50 }, (_, index) => new Writer(`${index}:${name}`));
      loads.set(name, loadOn(client, struck));
    }
    await killUnder([...loads.values()], sentinels.master);
  }, 60_000);
  afterAll(async () => {
    for (const { client } of loads.values()) await client.close();
    await sentinels.stop();
  });

  testRecovery(names, loadOf);
});
