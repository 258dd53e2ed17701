import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  errorOf,
  isRefusal,
  ofEach,
  REFUSED_AT_ONCE,
  seen,
  untilServes,
  urlOf,
  WAITING,
} from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

describe('after Redis was killed', () => {
  let server: RedisProcess;
  let apps: Record<string, App> = {};

  beforeAll(async () => {
    // By default, Redis may write a change up to a second after it acknowledged it.
    server = await startServer('--appendonly', 'yes', '--appendfsync', 'always');
    apps = await appsOf(allClients, urlOf(server));
    await ofEach(apps, async ({ connect, patient }, name) => {
      await connect();
      await patient.set(name, sessionOf({ user: name, visits: 1 }));
    });
  });
  afterAll(async () => {
    for (const { close } of Object.values(apps)) close();
    await server.stop();
  });

  test('an operation that was under way fails with status 503', async () => {
    server.freeze();
    const underWay = ofEach(apps, ({ store }) => errorOf(() => store.get('id')));
    await server.kill();
    for (const [name, error] of Object.entries(await underWay)) {
      expect(error).toMatchObject({ name: 'HoldfastError', status: 503 });
      // By default, ioredis and node-redis send a command again when they are connected again.
      const codes = name.endsWith('default') ? /TIMEOUT|UNAVAILABLE/ : /UNAVAILABLE/;
      expect(error).toHaveProperty('code', expect.stringMatching(codes));
    }
  });

  test('each operation fails with status 503 and the error of the client', async () => {
    expect(await ofEach(apps, seen)).toEqual({ ...REFUSED_AT_ONCE, ...WAITING });
  });

  test('a store no longer asks Redis after some failures', async () => {
    await ofEach(apps, async ({ store }, name) => {
      await until(`the store of ${name} no longer asks`, async () => {
        const error = await errorOf(() => store.get(name));
        return isRefusal(error) || error;
      });
      expect(await errorOf(() => store.get(name))).toMatchObject({
        code: 'ERR_HOLDFAST_UNAVAILABLE',
        status: 503,
        cause: { name: 'HoldfastError', status: 503 },
      });
    });
  });

  test('all that it acknowledged is there when it is back, and every store serves again', async () => {
    await server.restart();
    await ofEach(apps, async ({ store, patient }, name) => {
      await untilServes(store);
      const session = await patient.get(name);
      expect(session).toMatchObject({ visits: 1 });
      await patient.set(name, Object.assign(session ?? sessionOf(), { visits: 2 }));
      expect(await patient.get(name)).toMatchObject({ visits: 2 });
      expect(await patient.countByUser(name)).toBe(1);
    });
  });
});
