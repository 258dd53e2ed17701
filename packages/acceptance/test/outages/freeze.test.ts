import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  errorOf,
  isRefusal,
  ofEach,
  untilServes,
  urlOf,
} from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

describe('while Redis is frozen', () => {
  let server: RedisProcess;
  let apps: Record<string, App> = {};

  beforeAll(async () => {
    server = await startServer();
    apps = await appsOf(allClients, urlOf(server));
    await ofEach(apps, async ({ connect, patient }, name) => {
      await connect();
      await patient.set(name, sessionOf({ visits: 1 }));
    });
  });
  afterAll(async () => {
    for (const { close } of Object.values(apps)) close();
    await server.stop();
  });

  test('each request fails with status 503, until the store no longer asks Redis', async () => {
    server.freeze();
    await ofEach(apps, async ({ store }, name) => {
      await until(`the store of ${name} no longer asks`, async () => {
        const error = await errorOf(() => store.get(name));
        expect(error).toMatchObject({
          name: 'HoldfastError',
          code: expect.stringMatching(/^ERR_HOLDFAST_(TIMEOUT|UNAVAILABLE)$/),
          status: 503,
        });
        return isRefusal(error) || error;
      });
    });
  });

  test('nothing is lost, and every store serves again after the server goes on', async () => {
    server.thaw();
    await ofEach(apps, async ({ store, patient }, name) => {
      await untilServes(store);
      expect(await patient.get(name)).toMatchObject({ visits: 1 });
    });
  });
});
