import { SessionRepository } from '@holdfast/core/repository';
import { freePort, SharedServers, type TestRedis, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { fromNodeRedis, type NodeRedisClient } from '../src/index.ts';

type Client = NodeRedisClient;

function closing(client: Client & { close(): Promise<unknown> }): [Client, () => Promise<unknown>] {
  return [client, () => client.close()];
}

const MINUTE = 60_000;

const servers = new SharedServers();
afterAll(() => servers.stop());

async function startNodes() {
  const { ports } = await servers.cluster();
  return ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
}

async function startWatched() {
  const { name, ports } = await servers.sentinels();
  return { name, sentinelRootNodes: ports.map((port) => ({ host: '127.0.0.1', port })) };
}

describe('fromNodeRedis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await servers.redis();
  });

  test('removes keys with UNLINK', async () => {
    const client = await redis6.createClient({ url: server.url }).connect();
    const id = String(await client.clientId());
    await fromNodeRedis(client).del(['holdfast-test:a', 'holdfast-test:b']);
    const clients = String(await server.raw('CLIENT', 'LIST'));
    expect(clients).toMatch(new RegExp(`^id=${id} .* cmd=unlink `, 'm'));
    await client.close();
  });

  const unconnected: [version: string, open: (url: string) => Client][] = [
    ['6', (url) => redis6.createCluster({ rootNodes: [{ url }] })],
    ['5', (url) => redis5.createCluster({ rootNodes: [{ url }] })],
    ['4', (url) => redis4.createCluster({ rootNodes: [{ url }] })],
  ];
  test.each(unconnected)(
    'treats a cluster of %s that has not connected as unavailable',
    async (_, open) => {
      const sessions = new SessionRepository({ client: fromNodeRedis(open(server.url)) });
      const away = { code: 'ERR_HOLDFAST_UNAVAILABLE', status: 503 };
      await expect(sessions.load('id')).rejects.toMatchObject(away);
      await expect(sessions.save('id', {})).rejects.toMatchObject(away);
    },
  );

  describe('with node-redis 6, which sets a timer for each command by default,', () => {
    const url = () => server.url;
    const kinds: Record<string, () => Promise<[Client, () => Promise<unknown>]>> = {
      client: async () => closing(await redis6.createClient({ url: url() }).connect()),
      async pool() {
        const pool = redis6.createClientPool({ url: url() });
        await pool.connect();
        return closing(pool);
      },
      async cluster() {
        const rootNodes = await startNodes();
        return closing(await redis6.createCluster({ rootNodes }).connect());
      },
    };

    test.each(Object.entries(kinds))('sets no timer for the commands of a %s', async (_, open) => {
      const [client, close] = await open();
      const redis = fromNodeRedis(client);
      const key = 'holdfast-test:timer';
      const timeout = jest.spyOn(AbortSignal, 'timeout');
      await redis.set(key, 'value', MINUTE);
      await redis.get(key);
      await redis.compareAndSet(key, 'value', 'next', MINUTE);
      await redis.pexpire(key, MINUTE);
      await redis.mget([key]);
      await redis.del([key]);
      for await (const _ of redis.scan('holdfast-test:*', 100));
      expect(timeout).not.toHaveBeenCalled();
      await client.get(key);
      expect(timeout).toHaveBeenCalledTimes(1);
      timeout.mockRestore();
      await close();
    });

    test('keeps a time limit that the application sets', async () => {
      const port = await freePort();
      const options = {
        socket: { host: '127.0.0.1', port, reconnectStrategy: () => 50 },
        commandOptions: { timeout: 100 },
      };
      const clients = [
        [redis5.createClient(options), redis5.TimeoutError],
        [redis6.createClient(options), redis6.TimeoutError],
      ] as const;
      for (const [offline, TimeoutError] of clients) {
        offline.on('error', () => {});
        offline.connect().catch(() => {});
        await expect(fromNodeRedis(offline).get('key')).rejects.toBeInstanceOf(TimeoutError);
        offline.destroy();
      }
    });
  });

  describe('with a clientSideCache,', () => {
    const cacheIn = (client: Client) =>
      (client as { clientSideCache?: redis6.BasicClientSideCache }).clientSideCache;
    const url = () => server.url;
    const options = { RESP: 3, clientSideCache: { maxEntries: 100 } } as const;
    const commandOptions = { timeout: 1000 };
    type Opened = Client & { connect(): Promise<unknown>; close(): Promise<unknown> };
    const kinds: Record<string, () => Promise<Opened>> = {
      'client of 5': async () => redis5.createClient({ url: url(), ...options }),
      'client of 6': async () => redis6.createClient({ url: url(), ...options }),
      'client of 6 with a time limit': async () =>
        redis6.createClient({ url: url(), ...options, commandOptions }),
      'pool of 5': async () => redis5.createClientPool({ url: url(), RESP: 3 }, options),
      'pool of 6': async () => redis6.createClientPool({ url: url() }, options),
      'cluster of 5': async () =>
        redis5.createCluster({ rootNodes: await startNodes(), ...options }),
      'cluster of 6': async () =>
        redis6.createCluster({ rootNodes: await startNodes(), ...options }),
      'sentinel of 5': async () => redis5.createSentinel({ ...(await startWatched()), ...options }),
      'sentinel of 6': async () => redis6.createSentinel({ ...(await startWatched()), ...options }),
    };

    test.each(Object.entries(kinds))('reads past the cache of a %s', async (_, open) => {
      const client = await open();
      await client.connect();
      const redis = fromNodeRedis(client);
      const key = 'holdfast-test:cached';
      await redis.set(key, 'value', MINUTE);
      for (let time = 0; time < 2; time++) {
        expect(await redis.get(key)).toBe('value');
        expect(await redis.mget([key])).toEqual(['value']);
        expect(await redis.zrangeByScore(`${key}:set`, 0, 1, 0, 1)).toEqual([]);
        expect(await redis.zcount(`${key}:set`, 0, 1)).toBe(0);
      }
      expect(cacheIn(client)?.stats().requestCount()).toBe(0);
      await client.get(key);
      expect(cacheIn(client)?.size()).toBe(1);
      await client.close();
    });
  });

  test('extends an expiry through a sentinel that reads from replicas', async () => {
    const key = 'holdfast-test:replicas';
    const options = { ...(await startWatched()), replicaPoolSize: 1 };
    for (const client of [redis5.createSentinel(options), redis6.createSentinel(options)]) {
      await client.connect();
      const redis = fromNodeRedis(client);
      await redis.set(key, 'value', MINUTE);
      for (let time = 0; time < 5; time++) expect(await redis.pexpire(key, MINUTE)).toBe(true);
      const keys: string[] = [];
      for await (const batch of redis.scan(`${key}*`, 100)) keys.push(...batch);
      expect(keys).toEqual([key]);
      await client.close();
    }
  });

  test('reads text through a client that returns Buffers', async () => {
    const buffers = { [redis6.RESP_TYPES.BLOB_STRING]: Buffer };
    const client = await redis6
      .createClient({ url: server.url, commandOptions: { typeMapping: buffers } })
      .connect();
    const redis = fromNodeRedis(client);
    const key = 'holdfast-test:buffers';
    await redis.set(key, 'żółw', MINUTE);
    expect(await redis.get(key)).toBe('żółw');
    expect(await redis.mget([key])).toEqual(['żółw']);
    expect(await redis.compareAndSet(key, 'other', 'next', MINUTE)).toBe('żółw');
    expect(await redis.compareAndSet(key, 'żółw', 'next', MINUTE)).toBe('żółw');
    const keys: string[] = [];
    for await (const batch of redis.scan(`${key}*`, 100)) keys.push(...batch);
    expect(keys).toEqual([key]);
    await client.close();
  });

  test('rejects a scan of a cluster that has not connected', async () => {
    const cluster = redis6.createCluster({ rootNodes: [{ url: server.url }] });
    const scan = fromNodeRedis(cluster).scan('*', 100);
    await expect(scan[Symbol.asyncIterator]().next()).rejects.toThrow(/connect\(\)/);
  });

  test('passes on the error of a client that has not connected', async () => {
    const client = redis6.createClient({ url: server.url });
    await expect(fromNodeRedis(client).get('key')).rejects.toThrow(redis6.ClientClosedError);
  });

  test('works again after the connection was cut', async () => {
    const client = await redis6
      .createClient({ url: server.url })
      .on('error', () => {})
      .connect();
    const redis = fromNodeRedis(client);
    await redis.set('holdfast-test:cut', 'value', MINUTE);
    await server.raw('CLIENT', 'KILL', 'ID', String(await client.clientId()));
    await until('the client is back', () => client.isReady);
    expect(await redis.get('holdfast-test:cut')).toBe('value');
    await client.close();
  });

  const others: Record<string, [unknown, RegExp]> = {
    'another client': [{ isCluster: false, call() {}, send_command() {} }, /fromIoredis/],
    'a client in legacy mode of 4': [redis4.createClient({ legacyMode: true }), /legacy mode/],
    'a client in legacy mode of 6': [redis6.createClient().legacy(), /legacy mode/],
    'something else': [{}, /an object/],
    nothing: [undefined, /undefined/],
  };
  test.each(Object.entries(others))('rejects %s, and says what to do', (_, [client, message]) => {
    expect(() => fromNodeRedis(client as NodeRedisClient)).toThrow(
      expect.objectContaining({
        code: 'ERR_HOLDFAST_INVALID_CLIENT',
        message: expect.stringMatching(message),
      }),
    );
  });
});

describe('a client that was never connected', () => {
  const node = { host: '127.0.0.1', port: 1 };
  const clients: Record<string, () => Client> = {
    'a node-redis 4 client': () => redis4.createClient(),
    'a node-redis 5 client': () => redis5.createClient(),
    'a node-redis 6 client': () => redis6.createClient(),
    'a node-redis 6 client without a queue': () =>
      redis6.createClient({ disableOfflineQueue: true }),
    'a node-redis 6 pool': () => redis6.createClientPool(),
    'a node-redis 4 cluster': () => redis4.createCluster({ rootNodes: [{}] }),
    'a node-redis 5 cluster': () => redis5.createCluster({ rootNodes: [{}] }),
    'a node-redis 6 cluster': () => redis6.createCluster({ rootNodes: [{}] }),
    'a node-redis 5 sentinel': () =>
      redis5.createSentinel({ name: 'name', sentinelRootNodes: [node] }),
    'a node-redis 6 sentinel': () =>
      redis6.createSentinel({ name: 'name', sentinelRootNodes: [node] }),
  };

  test.each(Object.entries(clients))('makes the error name connect(): %s', async (_, create) => {
    const sessions = new SessionRepository({ client: fromNodeRedis(create()) });
    for (const failing of [sessions.load('id'), sessions.save('id', {})]) {
      await expect(failing).rejects.toMatchObject({
        code: 'ERR_HOLDFAST_UNAVAILABLE',
        message: expect.stringMatching(
          /^The client is not connected: .* Call client\.connect\(\) and await it before the first request\./,
        ),
      });
    }
  });
});
