import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { RedisLike } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from './repository-files.ts';
import { snippetsOf, toCommonJs } from './snippets.ts';

/** What a slow machine adds. */
const SLACK_MS = 500;

type Made = { redis: NodeRedisClient & IoredisClient; close(): Promise<unknown> };

/** Runs the README's snippet that makes this client, and answers the client. */
async function made(importLine: string, url: string): Promise<Made> {
  const section = (await textOf('README.md')).split('## When Redis is away')[1] ?? '';
  const snippet = snippetsOf(section).find(({ code }) => code.includes(importLine));
  const program = `(async () => {${toCommonJs(snippet?.code ?? '')}
    return { redis, close: () => redis.quit() };
  })()`;
  // Its errors are expected here.
  const quiet = { error() {} };
  const process = { env: { REDIS_URL: url } };
  return runInNewContext(program, { require: createRequire(__filename), process, console: quiet });
}

/** The import in the snippet, the adapter, and how long a command waits at most, in milliseconds. */
const clients: Record<string, [string, (client: Made['redis']) => RedisLike, number]> = {
  'node-redis': ["from 'redis'", fromNodeRedis, 3000],
  ioredis: ["from 'ioredis'", fromIoredis, 2000],
};

describe.each(Object.entries(clients))("the README's settings of %s", (_, [line, adapt, limit]) => {
  let server: TestRedis;
  let proxy: RedisProxy;
  let client: Made;
  let redis: RedisLike;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startRedisProxy(server.url);
    client = await made(line, proxy.url);
    redis = adapt(client.redis);
  });
  afterAll(async () => {
    await client.close();
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
