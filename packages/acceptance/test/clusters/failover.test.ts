import type { RedisStore } from '@holdfast/core';
import {
  type RedisProcess,
  sized,
  startCluster,
  startSentinels,
  type TestCluster,
  type TestSentinels,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLUSTER_CLIENTS, type FromPage, fromPage } from '../support/clusters/page-clients.ts';
import { Writer } from '../support/clusters/writer.ts';

/** How many writers each client has. */
const WRITERS = sized(12, 40);

/** How often each writer of another master writes before the replica takes over. */
const SETS_MEANWHILE = 10;

/** The writers of one client. */
interface Load {
  client: FromPage;
  /** Those that write to the master that is killed. */
  affected: Writer[];
  others: Writer[];
  /** The sessions that the replica had when the master was killed. */
  confirmed: string[];
  /** The result of a listing that had begun when the master was killed. */
  listed: string[] | Error;
}

function loadOn(client: FromPage, affected: Writer[], others: Writer[] = []): Load {
  return { client, affected, others, confirmed: [], listed: [] };
}

const all = ({ affected, others }: Load) => [...affected, ...others];

type Listing = ReturnType<RedisStore['sessions']>;

/** Returns the remaining ids, or the error of the listing. */
async function rest(listing: Listing): Promise<string[] | Error> {
  const ids: string[] = [];
  try {
    for await (const { id } of listing) ids.push(id);
    return ids;
  } catch (error) {
    return error as Error;
  }
}

/** Waits until each writer of a kind has written so many times, through every client. */
async function untilEach(loads: Load[], kind: 'affected' | 'others', count: number): Promise<void> {
  await until(`each of the ${kind} writes ${count} times`, () => {
    const counts = loads.map((load) => load[kind].map((writer) => writer.count));
    return counts.flat().every((writes) => writes >= count) || counts;
  });
}

/**
 * Kills the master under the writers of all clients, and waits until all of them write again.
 * @param replica takes over only after every other writer has gone on to write.
 */
async function killUnder(
  loads: Load[],
  master: RedisProcess,
  replica?: RedisProcess,
): Promise<void> {
  const end = new AbortController();
  const work = loads.flatMap((load) =>
    all(load).map((writer) => writer.write(load.client.store, end.signal)),
  );
  for (const kind of ['affected', 'others'] as const) await untilEach(loads, kind, 5);
  for (const load of loads) load.confirmed = all(load).flatMap((writer) => writer.acknowledged);
  await master.connection.ping();
  expect(await master.connection.wait(1, 60_000)).toBe(1);
  const listings = loads.map(({ client }) => client.store.sessions());
  const firsts = await Promise.all(listings.map((listing) => listing.next()));
  replica?.freeze();
  await master.stop();
  // The master acknowledges writes until it has ended.
  for (const writer of loads.flatMap(all)) writer.restartCount();
  await untilEach(loads, 'others', SETS_MEANWHILE);
  replica?.thaw();
  await untilEach(loads, 'affected', 1);
  end.abort();
  await Promise.all(work);
  for (const [index, load] of loads.entries()) {
    const listed = await rest(listings[index] as Listing);
    const first = firsts[index]?.value?.id ?? '';
    load.listed = listed instanceof Error ? listed : [first, ...listed];
  }
}

/** Tests what holds for clusters and for sentinels. */
function testRecovery(names: string[], loadOf: (name: string) => Load): void {
  test.each(names)('nothing is lost that the replica confirmed, through %s', async (name) => {
    const { client, confirmed } = loadOf(name);
    expect(confirmed.length).toBeGreaterThan(0);
    const ids = new Set(await client.store.ids());
    expect(confirmed.filter((id) => !ids.has(id))).toEqual([]);
  });
}

describe(`when the master of a cluster is killed under ${WRITERS} writers of each client, and all write again,`, () => {
  const names = Object.keys(CLUSTER_CLIENTS);
  const loads = new Map<string, Load>();
  const loadOf = (name: string) => loads.get(name) as Load;
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startCluster();
    const url = `redis://127.0.0.1:${cluster.ports[0]}`;
    const victim = await cluster.masterOf('{0}');
    for (const [name, [call, alias]] of Object.entries(CLUSTER_CLIENTS)) {
      const client = await fromPage(call, alias, { REDIS_URL: url });
      const writers = Array.from(
        { length: WRITERS },
        (_, index) => new Writer(`{${index}}:${name}`),
      );
      const owners = await Promise.all(writers.map(({ tag }) => cluster.masterOf(tag)));
      const affected = writers.filter((_, index) => owners[index] === victim);
      const others = writers.filter((_, index) => owners[index] !== victim);
      expect([affected.length, others.length]).not.toContain(0);
      loads.set(name, loadOn(client, affected, others));
    }
    await killUnder([...loads.values()], victim, await cluster.replicaOf(victim));
  });
  afterAll(async () => {
    for (const { client } of loads.values()) await client.close();
    await cluster.stop();
  });

  testRecovery(names, loadOf);

  test.each(names)('a listing that had begun is complete or fails, through %s', (name) => {
    const { listed, confirmed } = loadOf(name);
    if (listed instanceof Error) expect(listed.message).not.toBe('');
    else expect(confirmed.filter((id) => !listed.includes(id))).toEqual([]);
  });
});

describe(`when the master that sentinels watch is killed under ${WRITERS} writers of each client, and all write again,`, () => {
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
      const affected = Array.from(
        { length: WRITERS },
        (_, index) => new Writer(`${index}:${name}`),
      );
      loads.set(name, loadOn(client, affected));
    }
    await killUnder([...loads.values()], sentinels.master);
  });
  afterAll(async () => {
    for (const { client } of loads.values()) await client.close();
    await sentinels.stop();
  });

  testRecovery(names, loadOf);
});
