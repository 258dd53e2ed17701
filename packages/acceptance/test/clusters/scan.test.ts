import {
  type RedisProcess,
  type SlotMigration,
  startCluster,
  type TestCluster,
} from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { clusterClients, type Opened } from '../support/clusters/cluster-clients.ts';

/** Enough for a few slots on each master, and for several batches of each. */
const SLOTS = 12;
const KEYS_PER_SLOT = 15;
const BATCH = 10;

const tags = Array.from({ length: SLOTS }, (_, index) => `{${index}}`);
const keys = tags
  .flatMap((tag) => Array.from({ length: KEYS_PER_SLOT }, (_, index) => `${tag}:${index}`))
  .sort();

let cluster: TestCluster;
/** The master of each slot at the beginning. */
let homes: [tag: string, master: RedisProcess][];
/** A master without slots, which no client knows. */
let added: RedisProcess;
beforeAll(async () => {
  cluster = await startCluster({ isSteady: true });
  const owners = await Promise.all(tags.map((tag) => cluster.masterOf(tag)));
  homes = tags.map((tag, index) => [tag, owners[index] as RedisProcess]);
  added = await cluster.addMaster();
});
afterAll(() => cluster.stop());

describe.each(Object.entries(clusterClients))('a scan through %s', (_, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(cluster.ports);
  });
  afterAll(async () => {
    await opened.close();
  });

  beforeEach(async () => {
    await Promise.all(keys.map((key) => cluster.raw('SET', key, 'value')));
  });

  afterEach(async () => {
    for (const [tag, home] of homes) {
      if ((await cluster.masterOf(tag)) !== home) await move(tag, home);
    }
  });

  async function move(tag: string, target: RedisProcess): Promise<void> {
    await (await cluster.migrate(tag, target)).finish();
  }

  /** Scans, and calls `change` at each batch with the masters from which keys came so far. Returns all keys. */
  async function scanned(change: (begun: RedisProcess[]) => Promise<void>): Promise<string[]> {
    const seen = new Set<string>();
    const begun = new Set<RedisProcess>();
    for await (const batch of opened.redis.scan('{*', BATCH)) {
      for (const key of batch) seen.add(key);
      if (batch[0] !== undefined) begun.add(await cluster.masterOf(batch[0]));
      await change([...begun]);
    }
    return [...seen].sort();
  }

  async function tagOn(master: RedisProcess | undefined): Promise<string> {
    for (const tag of tags) if ((await cluster.masterOf(tag)) === master) return tag;
    throw new Error('This master has none of the slots.');
  }

  /** Returns, while the second master is scanned, the first, which is done, and the third, which comes next. */
  async function before(begun: RedisProcess[]) {
    const waiting = homes.map(([, home]) => home).find((master) => !begun.includes(master));
    const [first] = begun;
    if (first === undefined || waiting === undefined) throw new Error('Not three masters.');
    return { first, waiting };
  }

  test('finds the keys of a slot that moves to a master which is done', async () => {
    let moved = false;
    const found = await scanned(async (begun) => {
      if (moved || begun.length !== 2) return;
      moved = true;
      const { first, waiting } = await before(begun);
      await move(await tagOn(waiting), first);
    });
    expect(moved).toBe(true);
    expect(found).toEqual(keys);
  });

  test('ends while a slot is moving, and finds its keys', async () => {
    let migration: SlotMigration | undefined;
    const found = await scanned(async (begun) => {
      if (migration !== undefined || begun.length !== 2) return;
      const { first, waiting } = await before(begun);
      migration = await cluster.migrate(await tagOn(waiting), first);
      expect(await migration.moveKeys(5)).toBe(5);
    });
    await migration?.finish();
    expect(migration).toBeDefined();
    expect(found).toEqual(keys);
  });

  test('finds the keys of slots that move back and forth', async () => {
    let moves = 0;
    const found = await scanned(async (begun) => {
      if (begun.length < 2 || moves === 4) return;
      moves++;
      const [first, second] = moves % 2 === 0 ? begun : [...begun].reverse();
      if (second !== undefined) await move(await tagOn(first), second);
    });
    expect(moves).toBe(4);
    expect(found).toEqual(keys);
  });

  test('finds the keys of a slot that moves to a master which the client does not know', async () => {
    const [tag = ''] = tags;
    await move(tag, added);
    expect(await scanned(async () => {})).toEqual(keys);
  });
});
