import { RedisStore } from '@holdfast/core';
import { serverName, startCluster, type TestCluster } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { clusterClients, type Opened } from '../support/clusters/cluster-clients.ts';
import { fieldOf, sessionOf } from '../support/sessions.ts';

const MINUTE = 60_000;

/** Each works in turns on a session in the slot that moves and on one in another slot. */
const WORKERS = 20;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ isSteady: true });
});
afterAll(() => cluster.stop());

const visited = (visits: number) => sessionOf({ visits }, 60 * MINUTE);
const visitsOf = (session: unknown) => fieldOf(session, 'visits');

/** Adds up a number in a section of INFO of all masters. */
async function total(section: string, pattern: RegExp): Promise<number> {
  const infos = (await cluster.masters()).map(({ connection }) => connection.info(section));
  const counts = (await Promise.all(infos)).map((info) => Number(pattern.exec(info)?.[1] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Counts the commands that clients sent to another master because of a reply ASK. */
const asks = () => total('commandstats', /cmdstat_asking:calls=(\d+)/);

/** Counts the replies MOVED. Redis 6.0 does not count them. */
const moves = () => total('errorstats', /errorstat_MOVED:count=(\d+)/);

describe.each(Object.entries(clusterClients))('sessions through %s', (name, open) => {
  const prefix = `${name}:`;
  let opened: Opened;
  let store: RedisStore;
  beforeAll(async () => {
    opened = await open(cluster.ports);
    store = new RedisStore({ client: opened.redis, prefix });
  });
  afterAll(async () => {
    await opened.close();
  });

  /** Does everything that can be done with a session, and expects the results. */
  async function live(id: string): Promise<void> {
    await store.set(id, visited(1));
    expect(visitsOf(await store.get(id))).toBe(1);
    const loaded = await store.get(id);
    await store.set(id, Object.assign(loaded ?? {}, { visits: 2 }) as SessionData);
    await store.touch(id, visited(2));
    await store.update(id, (session) => Object.assign(session, { visits: 3 }));
    expect(visitsOf(await store.get(id))).toBe(3);
    await store.destroy(id);
    expect(await store.get(id)).toBeNull();
  }

  test('live on without an error while their slot moves', async () => {
    const kept = Array.from({ length: 30 }, (_, index) => `{moves}:kept${index}`);
    await Promise.all(kept.map((id) => store.set(id, visited(0))));
    const source = await cluster.masterOf('{moves}');
    const [target] = (await cluster.masters()).filter((master) => master !== source);
    if (target === undefined) throw new Error('There is no other master.');
    const before = await Promise.all([asks(), moves()]);

    let [moving, lives] = [true, 0];
    const work = Array.from({ length: WORKERS }, async (_, index) => {
      for (let turn = 0; moving; turn++, lives++) {
        // An id that was ended is not used for another session.
        await live(turn % 2 === 0 ? `{moves}:${index}:${turn}` : `${index}:${turn}`);
        for (const id of kept.slice(index, index + 1)) await store.get(id);
      }
    });
    const move = (async () => {
      const migration = await cluster.migrate('{moves}', target);
      for (let step = 0; step < 15; step++) {
        await migration.moveKeys(2);
        await Promise.all(kept.map((id) => store.get(id)));
      }
      await migration.finish();
    })().finally(() => {
      moving = false;
    });
    await Promise.all([move, ...work]);

    expect(lives).toBeGreaterThan(WORKERS);
    for (const id of kept) expect(visitsOf(await store.get(id))).toBe(0);
    expect((await store.ids()).sort()).toEqual(kept.sort());
    expect(await asks()).toBeGreaterThan(before[0]);
    if (serverName() !== 'redis-6.0') expect(await moves()).toBeGreaterThan(before[1]);
    await store.clear();
    expect(await store.ids()).toEqual([]);
  });
});
