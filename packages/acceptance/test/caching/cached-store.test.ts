import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { RedisStore } from '@holdfast/core';
import { until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { nodeRedis6 } from '../support/clients.ts';
import { textOf } from '../support/docs/repository-files.ts';
import { snippetsOf, toCommonJs } from '../support/docs/snippets.ts';
import { patientStoreOf } from '../support/outages/apps.ts';
import { useClient, useProxy, useRedis } from '../support/resources.ts';
import { sessionOf } from '../support/sessions.ts';

interface Made {
  redis: { readonly isReady: boolean; destroy(): void };
  store: RedisStore;
}

/** Runs the snippet of docs/client-side-caching.md. */
async function made(url: string): Promise<Made> {
  const [snippet] = snippetsOf(await textOf('docs/client-side-caching.md'));
  const program = `(async () => {${toCommonJs(snippet?.code ?? '')}
    return { redis, store };
  })()`;
  // The tests expect its errors.
  const quiet = { error() {} };
  const process = { env: { REDIS_URL: url } };
  return runInNewContext(program, { require: createRequire(__filename), process, console: quiet });
}

describe('the store of docs/client-side-caching.md', () => {
  const id = 'holdfast-test-cached';
  const server = useRedis();
  const proxy = useProxy(server);
  const other = useClient(nodeRedis6, server);
  let cached: Made;
  let others: RedisStore;

  beforeAll(async () => {
    cached = await made(proxy().url);
    // The tests use one id again and again.
    others = patientStoreOf(other().redis, 0);
  });
  afterAll(() => cached.redis.destroy());

  /** Stores a session, and reads it into the cache. */
  async function begin(): Promise<void> {
    await others.set(id, sessionOf());
    await until('the session is read', async () => (await cached.store.get(id)) !== null);
  }

  /** Whether the store returns the session. While the connection is frozen, only the cache can return it. */
  function isServed(): Promise<boolean> {
    return cached.store.get(id).then(
      (session) => session !== null,
      () => false,
    );
  }

  /** Cuts the connection, and waits until the client notices. */
  async function cut(): Promise<void> {
    await proxy().cut();
    await until('the connection is cut', () => !cached.redis.isReady);
  }

  /**
   * Freezes the connection, and destroys a session that is in the cache. On a busy machine, its time in the cache may be
   * over too soon, and a new one begins.
   * @returns the session as the cache serves it.
   */
  async function serveDestroyed(): Promise<SessionData> {
    let served: SessionData | null = null;
    await until('the cache serves a destroyed session', async () => {
      await begin();
      proxy().freeze();
      await others.destroy(id);
      served = await cached.store.get(id).catch(() => null);
      if (served === null) proxy().thaw();
      return served !== null;
    });
    return served as unknown as SessionData;
  }

  async function restore(): Promise<void> {
    await proxy().restore();
    await until('the client is back', () => cached.redis.isReady);
  }

  test('stops serving a session after another client destroyed it', async () => {
    await begin();
    await others.destroy(id);
    await until('the session is forgotten', async () => (await cached.store.get(id)) === null);
  });

  test('serves a destroyed session from the cache while no notice arrives, but not for ever', async () => {
    await serveDestroyed();
    await until('the session is forgotten', async () => !(await isServed()));
    await cut();
    await restore();
  });

  test('does not serve what it read over a connection that was cut', async () => {
    await begin();
    await cut();
    expect(await isServed()).toBe(false);
    await restore();
  });

  test('does not store a session that it served after its end', async () => {
    const session = await serveDestroyed();
    await cut();
    await restore();
    await cached.store.set(id, session);
    expect(await server().raw('EXISTS', `sess:${id}`)).toBe(0);
  });
});
