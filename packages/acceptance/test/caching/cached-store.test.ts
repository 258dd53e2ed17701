import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cookie, type SessionData } from 'express-session';
import { createClient } from 'redis';
import { textOf } from '../support/docs/repository-files.ts';
import { snippetsOf, toCommonJs } from '../support/docs/snippets.ts';

/** As the page's snippet has it. */
const TTL_MS = 1000;

/** What a slow machine adds. */
const SLACK_MS = 500;

/** How long the cache may take; what takes longer was asked of Redis. */
const AT_ONCE_MS = 50;

interface Made {
  redis: { readonly isReady: boolean; destroy(): void };
  store: RedisStore;
}

/** Runs the page's snippet. */
async function made(url: string): Promise<Made> {
  const [snippet] = snippetsOf(await textOf('docs/client-side-caching.md'));
  const program = `(async () => {${toCommonJs(snippet?.code ?? '')}
    return { redis, store };
  })()`;
  // Its errors are expected here.
  const quiet = { error() {} };
  const process = { env: { REDIS_URL: url } };
  return runInNewContext(program, { require: createRequire(__filename), process, console: quiet });
}

describe("the page's store, which looks in the cache", () => {
  const id = 'holdfast-test-cached';
  let server: TestRedis;
  let proxy: RedisProxy;
  let cached: Made;
  let other: ReturnType<typeof createClient>;
  let others: RedisStore;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startRedisProxy(server.url);
    cached = await made(proxy.url);
    other = createClient({ url: server.url });
    await other.connect();
    others = new RedisStore({ client: fromNodeRedis(other) });
  });
  afterAll(async () => {
    cached.redis.destroy();
    await other.close();
    await proxy.cut();
    await server.stop();
  });

  /** Stores a session, and reads it into the cache. */
  async function begin(): Promise<void> {
    await others.set(id, { cookie: new Cookie() });
    await until('the session is read', async () => (await cached.store.get(id)) !== null);
  }

  /** Whether the cache has the session. */
  function isServed(): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(resolve, AT_ONCE_MS, false));
    const read = cached.store.get(id).then((session) => session !== null);
    return Promise.race([read.catch(() => false as const), late]);
  }

  /** Cuts the connection, and lets the client notice. */
  async function cut(): Promise<void> {
    await proxy.cut();
    await until('the connection is cut', () => !cached.redis.isReady);
  }

  async function restore(): Promise<void> {
    await proxy.restore();
    await until('the client is back', () => cached.redis.isReady);
  }

  test('does not serve a session any more soon after another client has ended it', async () => {
    await begin();
    await others.destroy(id);
    await until('the session is forgotten', async () => (await cached.store.get(id)) === null);
  });

  test('serves an ended session for the ttl at most, when no notice arrives', async () => {
    await begin();
    proxy.freeze();
    const read = Date.now();
    await others.destroy(id);
    expect(await isServed()).toBe(true);
    await until('the session is forgotten', async () => !(await isServed()));
    expect(Date.now() - read).toBeLessThan(TTL_MS + SLACK_MS);
    await cut();
    await restore();
  });

  test('does not serve what it read over a connection that was cut', async () => {
    await begin();
    await cut();
    expect(await isServed()).toBe(false);
    await restore();
  });

  test('stores nothing of a session that it served though it was ended', async () => {
    await begin();
    proxy.freeze();
    const session = await cached.store.get(id);
    expect(session).not.toBeNull();
    await others.destroy(id);
    await cut();
    await restore();
    await cached.store.set(id, session as SessionData);
    expect(await server.raw('EXISTS', `sess:${id}`)).toBe(0);
  });
});
