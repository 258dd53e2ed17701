import { RedisStore, type StoreOptions } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { sessionOf } from '../support/sessions.ts';

type Fields = SessionData & Record<string, unknown>;

/** As some providers do it. */
const REFUSAL = ['--rename-command', 'EVAL', '', '--rename-command', 'EVALSHA', ''];

let server: RedisProcess;
let nodeRedis: ReturnType<typeof createClient>;
let ioredis: Redis;
/** Whether the server knows `SET … IFEQ`, by which saves work without scripts. */
let knowsIfeq: boolean;
beforeAll(async () => {
  server = await startServer(...REFUSAL);
  nodeRedis = createClient({ url: `redis://127.0.0.1:${server.port}` });
  await nodeRedis.connect();
  ioredis = new Redis(server.port);
  knowsIfeq = await server.connection.call('SET', 'key', 'value', 'IFEQ', 'other').then(
    () => true,
    () => false,
  );
});
afterAll(async () => {
  nodeRedis.destroy();
  ioredis.disconnect();
  await server.stop();
});
beforeEach(() => server.connection.flushall());

describe.each([
  ['node-redis', () => fromNodeRedis(nodeRedis)],
  ['ioredis', () => fromIoredis(ioredis)],
])('on a server without scripts, a store on %s', (_, adapter) => {
  const storeWith = (options: Partial<StoreOptions<SessionData>> = {}) =>
    new RedisStore({ client: adapter(), ...options });

  test('stores new sessions, reads them, and ends them for good', async () => {
    const store = storeWith();
    await store.set('id', sessionOf({ user: 'Ada' }));
    expect(await store.get('id')).toMatchObject({ user: 'Ada' });
    await store.destroy('id');
    await store.set('id', sessionOf({ user: 'Ada' }));
    expect(await store.get('id')).toBeNull();
  });

  test('keeps the changes of all requests, or says what it needs', async () => {
    const store = storeWith();
    await store.set('id', sessionOf());
    const reads = (await Promise.all([1, 2, 3].map(() => store.get('id')))) as Fields[];
    const saves = reads.map((read, index) =>
      store.set('id', Object.assign(read, { [`field${index}`]: index })),
    );
    const results = await Promise.allSettled(saves);
    if (knowsIfeq) {
      expect(await store.get('id')).toMatchObject({ field0: 0, field1: 1, field2: 2 });
    } else {
      for (const result of results) {
        expect(result).toMatchObject({ reason: { code: 'ERR_HOLDFAST_SCRIPTS_DISABLED' } });
      }
    }
  });

  test('does not restore a session that was ended meanwhile', async () => {
    const store = storeWith();
    await store.set('id', sessionOf());
    const read = (await store.get('id')) as Fields;
    await store.destroy('id');
    await store.set('id', Object.assign(read, { user: 'Ada' })).catch(() => {});
    expect(await store.get('id')).toBeNull();
  });

  test('says that the option userId needs scripts', async () => {
    const store = storeWith({ userId: () => 'ada' });
    await expect(store.set('id', sessionOf())).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_SCRIPTS_DISABLED',
    });
  });
});
