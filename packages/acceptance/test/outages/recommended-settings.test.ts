import type { RedisLike } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RecommendedClient, recommended } from '../support/recommended.ts';

/** What a slow machine adds. */
const SLACK_MS = 500;

/** The package, the adapter, and how long a command waits at most, in milliseconds. */
const clients: ['redis' | 'ioredis', (client: RecommendedClient) => RedisLike, number][] = [
  ['redis', fromNodeRedis, 3000],
  ['ioredis', fromIoredis, 2000],
];

describe.each(clients)("the README's settings of %s", (name, adapt, limit) => {
  let server: TestRedis;
  let proxy: RedisProxy;
  let client: RecommendedClient;
  let redis: RedisLike;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startRedisProxy(server.url);
    // Its errors are expected here.
    client = await recommended(name, name, proxy.url, () => {});
    await client.connect();
    redis = adapt(client);
  });
  afterAll(async () => {
    await client.quit();
    await proxy.cut();
    await server.stop();
  });

  /** How long a command takes to fail. */
  async function waited(): Promise<number> {
    const start = Date.now();
    await expect(redis.get('key')).rejects.toThrow();
    return Date.now() - start;
  }

  const serves = () =>
    redis.get('key').then(
      () => true,
      () => false,
    );

  test('let a command fail in time while the server does not answer, and recover', async () => {
    await until('Redis serves', serves);
    proxy.freeze();
    expect(await waited()).toBeLessThan(limit + SLACK_MS);
    await proxy.cut();
    await proxy.restore();
    await until('Redis serves again', serves);
  });

  test('let a command fail in time while there is no server, and recover', async () => {
    await until('Redis serves', serves);
    await proxy.cut();
    expect(await waited()).toBeLessThan(limit + SLACK_MS);
    await proxy.restore();
    await until('Redis serves again', serves);
  });

  test('find a new connection where the old one is dead without a word', async () => {
    await until('Redis serves', serves);
    for (const connection of proxy.connections()) connection.halfOpen();
    expect(await waited()).toBeLessThan(limit + SLACK_MS);
    await until('Redis serves again', serves);
  });
});
