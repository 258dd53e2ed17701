import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type FailedSave, type RedisLike, RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
  until,
} from '@holdfast/test-servers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import session from 'express-session';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const TIMEOUT_MS = 300;
/** How late an operation may end by what is promised, and what a request and a busy machine add. */
const LATE_MS = 400;
/** A request that fails at once. */
const AT_ONCE_MS = 150;
const RECOVERY_MS = 1000;

/**
 * Not the README's settings: these are back soon where Redis was gone, and do not give up a silent connection, as the next
 * one that they make would not be silent.
 */
const clients: Record<string, (url: string) => Promise<{ redis: RedisLike; close(): void }>> = {
  async 'node-redis'(url) {
    const client = createClient({
      url,
      disableOfflineQueue: true,
      socket: { reconnectStrategy: 100 },
    });
    client.on('error', () => {});
    await client.connect();
    return { redis: fromNodeRedis(client), close: () => client.destroy() };
  },
  async ioredis(url) {
    const client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 100,
    });
    client.on('error', () => {});
    await client.connect();
    return { redis: fromIoredis(client), close: () => client.disconnect() };
  },
};

interface Answer {
  status: number;
  text: string;
  ms: number;
}

describe.each(Object.entries(clients))('an outage under Express, with %s', (_, connect) => {
  let server: TestRedis;
  let proxy: RedisProxy;
  let redis: RedisLike;
  let ends: (() => unknown)[];

  beforeEach(async () => {
    server = await startRedis();
    proxy = await startRedisProxy(server.url);
    const connected = await connect(proxy.url);
    redis = connected.redis;
    ends = [connected.close, () => proxy.cut(), () => server.stop()];
  });
  afterEach(async () => {
    for (const end of ends) await end();
  });

  async function listen(app: express.Express): Promise<string> {
    const listening = app.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    ends.unshift(() => {
      listening.close();
      listening.closeAllConnections();
    });
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }

  /** Serves an application that counts visits, and answers how to visit it with one and the same session. */
  async function serve(store: RedisStore): Promise<() => Promise<Answer>> {
    const app = express();
    app.use(session({ store, secret: 'test', resave: false, saveUninitialized: false }));
    app.get('/', (request, response) => {
      if (!request.session) return void response.send('no session');
      request.session.visits = (request.session.visits ?? 0) + 1;
      response.send(`visit ${request.session.visits}`);
    });
    // Express's own error handler answers, and would print what it answers.
    app.set('env', 'test');
    const url = await listen(app);
    let cookie = '';
    return async () => {
      const start = performance.now();
      const response = await fetch(url, { headers: { cookie } });
      cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? '';
      const text = await response.text();
      return { status: response.status, text, ms: performance.now() - start };
    };
  }

  const outages: Record<string, [begin: () => unknown, end: () => Promise<unknown>]> = {
    'is gone': [() => proxy.cut(), () => proxy.restore()],
    'does not answer': [() => proxy.freeze(), async () => proxy.thaw()],
  };

  test.each(Object.keys(outages))(
    'answers 503 in time, then at once, and recovers, where Redis %s',
    async (name) => {
      const [begin, end] = outages[name] ?? [];
      const visit = await serve(new RedisStore({ client: redis, timeoutMs: TIMEOUT_MS }));
      expect((await visit()).text).toBe('visit 1');
      await begin?.();
      const answers: Answer[] = [];
      await until('Redis is known to be away', async () => {
        answers.push(await visit());
        return answers.length >= 10;
      });
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
      expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(TIMEOUT_MS + LATE_MS);
      const known = await visit();
      expect(known).toMatchObject({ status: 503 });
      expect(known.ms).toBeLessThan(AT_ONCE_MS);
      await end?.();
      const ended = performance.now();
      await until('requests are served again', async () => (await visit()).status === 200);
      expect(performance.now() - ended).toBeLessThan(RECOVERY_MS);
    },
  );

  test('lets requests go on without a session where it is to be skipped', async () => {
    const store = new RedisStore({ client: redis, timeoutMs: TIMEOUT_MS, onOutage: 'skip' });
    const visit = await serve(store);
    expect((await visit()).text).toBe('visit 1');
    await proxy.cut();
    const failed: number[] = [];
    await until('requests are served without a session', async () => {
      const { status, text } = await visit();
      if (text !== 'no session') failed.push(status);
      return text === 'no session';
    });
    expect(new Set(failed)).toEqual(new Set([503]));
    expect(await visit()).toMatchObject({ status: 200, text: 'no session' });
    await proxy.restore();
    // Nobody asks the store meanwhile: it has to look by itself.
    await until('sessions are back', async () => (await visit()).text === 'visit 2');
  });

  test('tells of a save that failed when the answer was on its way already', async () => {
    const store = new RedisStore({ client: redis, timeoutMs: TIMEOUT_MS });
    const saveError: FailedSave[] = [];
    store.on('saveError', (failed) => saveError.push(failed));
    const app = express();
    app.use(session({ store, secret: 'test', resave: false, saveUninitialized: true }));
    app.get('/', async (request, response) => {
      await proxy.cut();
      request.session.visits = 1;
      response.send('thank you');
    });
    app.use(((_error, _request, _response, _next) => {}) as express.ErrorRequestHandler);
    const answer = await fetch(await listen(app));
    expect([answer.status, await answer.text()]).toEqual([200, 'thank you']);
    expect(saveError).toEqual([
      {
        handle: expect.stringMatching(/^[0-9a-f]{64}$/),
        error: expect.objectContaining({ code: expect.stringMatching(/UNAVAILABLE|TIMEOUT/) }),
      },
    ]);
  });
});
