import { startRedis, type TestRedis, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import { fromNodeRedis, type NodeRedisClient } from '../src/index.ts';

describe('fromNodeRedis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test('removes keys with UNLINK', async () => {
    const client = await redis6.createClient({ url: server.url }).connect();
    const unlinked = async () =>
      Number(
        /cmdstat_unlink:calls=(\d+)/.exec(String(await server.raw('INFO', 'commandstats')))?.[1] ??
          0,
      );
    const before = await unlinked();
    await fromNodeRedis(client).del(['holdfast-test:a', 'holdfast-test:b']);
    expect(await unlinked()).toBeGreaterThan(before);
    await client.close();
  });

  test("sets no timer for its commands, while the client's own have theirs", async () => {
    const client = await redis6.createClient({ url: server.url }).connect();
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    const redis = fromNodeRedis(client);
    await redis.set('holdfast-test:timer', 'value', 1000);
    await redis.get('holdfast-test:timer');
    await redis.compareAndSet('holdfast-test:timer', 'value', 'next', 1000);
    await redis.expire('holdfast-test:timer', 1000);
    await redis.mget(['holdfast-test:timer']);
    await redis.del(['holdfast-test:timer']);
    for await (const _ of redis.scan('holdfast-test:*', 100));
    expect(timeout).not.toHaveBeenCalled();
    await client.get('holdfast-test:timer');
    expect(timeout).toHaveBeenCalledTimes(1);
    timeout.mockRestore();
    await client.close();
  });

  test('reads text through a client that answers Buffers', async () => {
    const buffers = { [redis6.RESP_TYPES.BLOB_STRING]: Buffer };
    const client = await redis6
      .createClient({ url: server.url, commandOptions: { typeMapping: buffers } })
      .connect();
    const redis = fromNodeRedis(client);
    const key = 'holdfast-test:buffers';
    await redis.set(key, 'żółw', 10_000);
    expect(await redis.get(key)).toBe('żółw');
    expect(await redis.mget([key])).toEqual(['żółw']);
    expect(await redis.compareAndSet(key, 'other', 'next', 10_000)).toBe('żółw');
    expect(await redis.compareAndSet(key, 'żółw', 'next', 10_000)).toBe('żółw');
    const keys: string[] = [];
    for await (const batch of redis.scan(`${key}*`, 100)) keys.push(...batch);
    expect(keys).toEqual([key]);
    await client.close();
  });

  test('says that a cluster is not connected, rather than find no keys', async () => {
    const cluster = redis6.createCluster({ rootNodes: [{ url: server.url }] });
    const scan = fromNodeRedis(cluster).scan('*', 100);
    await expect(scan[Symbol.asyncIterator]().next()).rejects.toThrow(/connect\(\)/);
  });

  test('passes on the error of a client that is not connected', async () => {
    const client = redis6.createClient({ url: server.url });
    await expect(fromNodeRedis(client).get('key')).rejects.toThrow(redis6.ClientClosedError);
  });

  test('works on after the connection was cut', async () => {
    const client = await redis6
      .createClient({ url: server.url })
      .on('error', () => {})
      .connect();
    const redis = fromNodeRedis(client);
    await redis.set('holdfast-test:cut', 'value', 10_000);
    await server.raw('CLIENT', 'KILL', 'ID', String(await client.clientId()));
    await until('the client is back', async () => client.isReady);
    expect(await redis.get('holdfast-test:cut')).toBe('value');
    await client.close();
  });

  const others: Record<string, [unknown, RegExp]> = {
    'another client': [{ isCluster: false, call() {}, send_command() {} }, /fromIoredis/],
    'a client in legacy mode of 4': [redis4.createClient({ legacyMode: true }), /legacy mode/],
    'a client in legacy mode of 6': [redis6.createClient().legacy(), /legacy mode/],
    'something else': [{}, /This is not one/],
    nothing: [undefined, /This is not one/],
  };
  test.each(Object.entries(others))('refuses %s, and says what to do', (_, [client, message]) => {
    expect(() => fromNodeRedis(client as NodeRedisClient)).toThrow(
      expect.objectContaining({
        code: 'ERR_HOLDFAST_INVALID_CLIENT',
        message: expect.stringMatching(message),
      }),
    );
  });
});
