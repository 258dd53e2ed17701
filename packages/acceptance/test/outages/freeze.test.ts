import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allClients } from '../support/clients.ts';
import { type App, appsOf, errorOf, ofEach, sessionOf, untilServes, urlOf } from '../support/outages/apps.ts';

/** The default of the option `timeoutMs`. */
const TIMEOUT_MS = 2000;
const FROZEN_MS = 10_000;
const REQUESTS = 50;
/** How soon it serves again after that. */
const RECOVERED_MS = 1000;

describe('a Redis that is frozen', () => {
  let server: RedisProcess;
  let apps: Record<string, App>;

  beforeAll(async () => {
    server = await startServer();
    apps = await appsOf(allClients, urlOf(server), TIMEOUT_MS);
    await ofEach(apps, async ({ connect, store }, name) => {
      await connect();
      await store.set(name, sessionOf({ visits: 1 }));
    });
  });
  afterAll(async () => {
    for (const { close } of Object.values(apps)) close();
    await server.stop();
  });

  test('for ten seconds is told in time by each request, and serves within a second when it goes on', async () => {
    server.freeze();
    const requests: Promise<Record<string, Error>>[] = [];
    for (let count = 0; count < REQUESTS; count++) {
      requests.push(ofEach(apps, ({ store }, name) => errorOf(() => store.get(name), TIMEOUT_MS)));
      // The requests of visitors come when they come.
      await sleep(FROZEN_MS / REQUESTS);
    }
    for (const errors of await Promise.all(requests)) {
      for (const error of Object.values(errors)) {
        expect(error).toMatchObject({
          name: 'HoldfastError',
          code: expect.stringMatching(/^ERR_HOLDFAST_(TIMEOUT|UNAVAILABLE)$/),
          status: 503,
        });
      }
    }
    await ofEach(apps, async ({ store }, name) => {
      const error = await errorOf(() => store.get(name), 0);
      expect(error.message).toMatch(/^Redis was not asked/);
    });
    server.thaw();
    const start = performance.now();
    await ofEach(apps, async ({ store }, name) => {
      await untilServes(store);
      expect(performance.now() - start).toBeLessThan(RECOVERED_MS);
      expect(await store.get(name)).toMatchObject({ visits: 1 });
    });
  });
});
