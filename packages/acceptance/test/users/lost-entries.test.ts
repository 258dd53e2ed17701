import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { RedisStore } from '@holdfast/core';
import {
  type RedisProcess,
  sized,
  startCluster,
  startServer,
  type TestCluster,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type AppClient, plainClients } from '../support/clients.ts';
import { clusterClients, type Opened } from '../support/clusters/cluster-clients.ts';
import { urlOf } from '../support/outages/apps.ts';
import { fieldOf, sessionOf } from '../support/sessions.ts';

const USER_SET = 'holdfast:user:sess:ada';
const userId = (session: Partial<SessionData>) => fieldOf(session, 'user') as string | undefined;

/** Enough that a server has to evict more often than by chance. */
const USERS = sized(150, 800);

function storeOn({ redis }: Pick<AppClient, 'redis'>): RedisStore {
  return new RedisStore({ client: redis, userId });
}

/** Does what a request does that changes nothing. */
async function visit(store: RedisStore, id: string): Promise<void> {
  const session = await store.get(id);
  if (session !== null) await store.touch(id, session);
}

async function idsOf(store: RedisStore, user: string): Promise<string[]> {
  return (await store.listByUser(user)).map(({ id }) => id);
}

describe.each(Object.entries(plainClients))('on a server that evicts, with %s,', (_, make) => {
  let server: RedisProcess;
  let client: AppClient;
  let store: RedisStore;

  beforeAll(async () => {
    server = await startServer();
    client = await make(urlOf(server));
    await client.connect();
  });
  beforeEach(async () => {
    await server.connection.config('SET', 'maxmemory', '0');
    await server.connection.flushall();
    await server.connection.config('SET', 'maxmemory', '1gb');
    await server.connection.config('SET', 'maxmemory-policy', 'volatile-lru');
    store = storeOn(client);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  test('a warning names its policy, once for each store', async () => {
    const warned = once(store, 'warning');
    await store.set('id', sessionOf({ user: 'ada' }));
    await visit(store, 'id');
    const [warning] = await warned;
    expect(warning).toMatchObject({
      code: 'ERR_HOLDFAST_EVICTION',
      message: expect.stringContaining('volatile-lru'),
    });
  });

  test('visits restore an entry that was evicted', async () => {
    await store.set('id', sessionOf({ user: 'ada' }));
    await server.connection.del(USER_SET);
    await until('a visit has restored the entry', async () => {
      await visit(store, 'id');
      return (await idsOf(store, 'ada')).length === 1;
    });
  });

  test('sessions whose entries were evicted end with all others of the user', async () => {
    for (const id of ['one', 'two']) await store.set(id, sessionOf({ user: 'ada' }));
    await store.set('other', sessionOf({ user: 'bob' }));
    await server.connection.del(USER_SET);
    expect(await store.destroyByUser('ada', { except: 'two' })).toBe(1);
    expect((await store.ids()).sort()).toEqual(['other', 'two']);
  });

  test(`the sessions of ${USERS} users all end, whatever their server has evicted`, async () => {
    const users = Array.from({ length: USERS }, (_, number) => `user${number}`);
    await Promise.all(users.map((user) => store.set(user, sessionOf({ user }))));
    const info = await server.connection.info('memory');
    const used = Number(/used_memory:(\d+)/.exec(info)?.[1]);
    await server.connection.config('SET', 'maxmemory', String(used + 200_000));
    const evicted = async () =>
      Number(/evicted_keys:(\d+)/.exec(await server.connection.info('stats'))?.[1]);
    const before = await evicted();
    for (let filler = 0; (await evicted()) - before < USERS; filler++) {
      await server.connection.set(`filler:${filler}`, 'x'.repeat(10_000), 'EX', 1000);
      if (filler % 10 === 0) await Promise.all(users.map((user) => visit(store, user)));
    }
    await server.connection.config('SET', 'maxmemory', '1gb');
    const sessions = (await store.ids()).length;
    const ended = await Promise.all(users.map((user) => store.destroyByUser(user)));
    expect(ended.reduce((sum, count) => sum + count, 0)).toBe(sessions);
    expect(await store.ids()).toEqual([]);
  });
});

describe('on a cluster that has lost the set of a user in a failover', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster({ isSteady: true });
  });
  afterAll(() => cluster.stop());

  describe.each(Object.entries(clusterClients))('with %s,', (_, open) => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open(cluster.ports);
    });
    afterAll(async () => {
      await opened.close();
    });

    test('visits restore the entries of its sessions', async () => {
      const store = storeOn(opened);
      const id = randomUUID();
      await store.set(id, sessionOf({ user: 'ada' }));
      await cluster.raw('DEL', USER_SET);
      await until('a visit has restored the entry', async () => {
        await visit(store, id);
        return (await idsOf(store, 'ada')).length === 1;
      });
      expect(await store.destroyByUser('ada')).toBe(1);
    });
  });
});
