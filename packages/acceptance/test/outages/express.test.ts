import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type FailedSave, RedisStore } from '@holdfast/core';
import { until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import session from 'express-session';
import { eagerClients } from '../support/clients.ts';
import { errorOf } from '../support/outages/apps.ts';
import { useClient, useProxy, useRedis } from '../support/resources.ts';

const TIMEOUT_MS = 500;

interface Answer {
  status: number;
  text: string;
}

describe.each(Object.entries(eagerClients))('an outage under Express, with %s,', (_, make) => {
  const server = useRedis();
  const proxy = useProxy(server);
  const client = useClient(make, proxy);
  let closeApp = () => {};
  afterEach(() => closeApp());

  async function listen(app: express.Express): Promise<string> {
    const listening = app.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    closeApp = () => {
      listening.close();
      listening.closeAllConnections();
    };
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }

  function storeWith(options: { onOutage?: 'skip'; timeoutMs?: number } = {}): RedisStore {
    return new RedisStore({ client: client().redis, timeoutMs: TIMEOUT_MS, ...options });
  }

  /**
   * Serves an application that counts the visits in its session.
   * @returns a function that visits it, always with the same session.
   */
  async function serve(store: RedisStore): Promise<() => Promise<Answer>> {
    const app = express();
    app.use(session({ store, secret: 'test', resave: false, saveUninitialized: false }));
    app.get('/', (request, response) => {
      if (!request.session) return void response.send('no session');
      request.session.visits = (request.session.visits ?? 0) + 1;
      response.send(`visit ${request.session.visits}`);
    });
    // Express's own error handler responds. In another environment it would also print the error.
    app.set('env', 'test');
    const url = await listen(app);
    let cookie = '';
    return async () => {
      const response = await fetch(url, { headers: { cookie } });
      const text = await response.text();
      if (response.ok) cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? '';
      return { status: response.status, text };
    };
  }

  const outages: Record<string, [begin: () => unknown, end: () => Promise<unknown>]> = {
    'is gone': [() => proxy().cut(), () => proxy().restore()],
    'does not reply': [() => proxy().freeze(), async () => proxy().thaw()],
  };

  test.each(Object.keys(outages))(
    'is status 503, soon without a wait, and requests are served after it, if Redis %s',
    async (name) => {
      const [begin, end] = outages[name] ?? [];
      const store = storeWith();
      const visit = await serve(store);
      await until('a session has begun', async () => (await visit()).text === 'visit 1');
      await begin?.();
      for (let count = 0; count < 10; count++) expect(await visit()).toMatchObject({ status: 503 });
      // By now Redis is known to be away, so a visitor waits less than for the limit of another store.
      const ends: string[] = [];
      const other = errorOf(() => storeWith().get('id')).then(() => ends.push('the limit'));
      expect(await visit()).toMatchObject({ status: 503 });
      ends.push('the visit');
      await other;
      if (name === 'does not reply') expect(ends).toEqual(['the visit', 'the limit']);
      await end?.();
      await until('requests are served again', async () => {
        const { status } = await visit();
        return status === 200 || status;
      });
    },
  );

  test('lets requests go on without a session if it is to be skipped', async () => {
    const visit = await serve(storeWith({ onOutage: 'skip' }));
    await until('a session has begun', async () => (await visit()).text === 'visit 1');
    await proxy().cut();
    const failed: number[] = [];
    await until('requests are served without a session', async () => {
      const { status, text } = await visit();
      if (text !== 'no session') failed.push(status);
      return text === 'no session' || text;
    });
    expect(new Set(failed)).toEqual(new Set([503]));
    expect(await visit()).toMatchObject({ status: 200, text: 'no session' });
    await proxy().restore();
    // The store has to look by itself, because no request asks it.
    await until('sessions are back', async () => {
      const { text } = await visit();
      return text === 'visit 2' || text;
    });
  });

  test('reports a save that failed after the response was sent', async () => {
    const store = storeWith();
    const failedSaves: FailedSave[] = [];
    store.on('saveError', (failed) => failedSaves.push(failed));
    const app = express();
    app.use(session({ store, secret: 'test', resave: false, saveUninitialized: true }));
    app.get('/', async (request, response) => {
      await proxy().cut();
      request.session.visits = 1;
      response.send('thank you');
    });
    app.use(((_error, _request, _response, _next) => {}) as express.ErrorRequestHandler);
    const response = await fetch(await listen(app));
    expect([response.status, await response.text()]).toEqual([200, 'thank you']);
    await proxy().restore();
    expect(failedSaves).toEqual([
      {
        handle: expect.stringMatching(/^[0-9a-f]{64}$/),
        error: expect.objectContaining({ code: expect.stringMatching(/UNAVAILABLE|TIMEOUT/) }),
      },
    ]);
  });
});
