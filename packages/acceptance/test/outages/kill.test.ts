import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  errorOf,
  IN_VAIN,
  ofEach,
  REFUSED_AT_ONCE,
  seen,
  sessionOf,
  untilServes,
  urlOf,
} from '../support/outages/apps.ts';

describe('a Redis that was killed', () => {
  let server: RedisProcess;
  let apps: Record<string, App>;

  beforeAll(async () => {
    // By default, Redis writes what it acknowledged a second later where the disk is busy.
    server = await startServer('--appendonly', 'yes', '--appendfsync', 'always');
    apps = await appsOf(allClients, urlOf(server));
    await ofEach(apps, async ({ connect, store }, name) => {
      await connect();
      await store.set(name, sessionOf({ user: name, visits: 1 }));
    });
  });
  afterAll(async () => {
    for (const { close } of Object.values(apps)) close();
    await server.stop();
  });

  test('fails what was under way, with the status 503 and the error of the client as the cause', async () => {
    server.freeze();
    const underWay = ofEach(apps, ({ store }) => errorOf(() => store.get('id')));
    await server.kill();
    for (const [name, error] of Object.entries(await underWay)) {
      expect(error).toMatchObject({ name: 'HoldfastError', status: 503 });
      // By default, ioredis and node-redis send once more what they can, when there is a server again.
      const codes = name.endsWith('default') ? /TIMEOUT|UNAVAILABLE/ : /UNAVAILABLE/;
      expect(error).toHaveProperty('code', expect.stringMatching(codes));
    }
  });

  test('is told in time, however long it is away', async () => {
    expect(await ofEach(apps, seen)).toEqual({ ...REFUSED_AT_ONCE, ...IN_VAIN });
  });

  test('is not asked any more after a while, which costs no time', async () => {
    await ofEach(apps, async ({ store }, name) => {
      await until(`${name} is not asked`, async () => {
        const { message } = await errorOf(() => store.get(name));
        return message.startsWith('Redis was not asked, as nothing came back from it lately.');
      });
      expect(await errorOf(() => store.get(name), 0)).toMatchObject({
        code: 'ERR_HOLDFAST_UNAVAILABLE',
        status: 503,
        cause: { name: 'HoldfastError', status: 503 },
      });
    });
  });

  test('has all that it acknowledged when it is back, and serves without a restart of the application', async () => {
    await server.restart();
    await ofEach(apps, async ({ store }, name) => {
      await untilServes(store);
      const session = await store.get(name);
      expect(session).toMatchObject({ visits: 1 });
      await store.set(name, Object.assign(session ?? sessionOf({}), { visits: 2 }));
      expect(await store.get(name)).toMatchObject({ visits: 2 });
      expect(await store.countByUser(name)).toBe(1);
    });
  });
});
