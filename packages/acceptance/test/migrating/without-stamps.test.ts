import { RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';
import { sessionOf } from '../support/sessions.ts';

type Fields = SessionData & Record<string, unknown>;

/** A store as before the stamps, and one of today. The serializer `JSON` writes none. */
describe.each([
  ['from a store that writes no stamps to one that does', JSON, undefined],
  ['back', undefined, JSON],
])('a deployment %s', (_, before, after) => {
  let redis: TestRedis;
  let client: ReturnType<typeof createClient>;
  let oldStore: RedisStore;
  let newStore: RedisStore;
  beforeAll(async () => {
    redis = await startRedis();
    client = createClient({ url: redis.url });
    await client.connect();
    const prefix = 'stamps:';
    oldStore = new RedisStore({ client: fromNodeRedis(client), prefix, serializer: before });
    newStore = new RedisStore({ client: fromNodeRedis(client), prefix, serializer: after });
  });
  afterAll(async () => {
    await newStore.clear();
    client.destroy();
    await redis.stop();
  });

  test('keeps every session', async () => {
    await oldStore.set('id', sessionOf({ user: 'Ada' }));
    expect(await newStore.get('id')).toMatchObject({ user: 'Ada' });
  });

  test('keeps the changes of requests that both serve at the same time, for short and long sessions', async () => {
    for (const padding of ['', 'x'.repeat(3000)]) {
      const all: Record<string, number> = {};
      await oldStore.set('id', sessionOf({ padding }));
      for (let count = 0; count < 10; count++) {
        const [ours, theirs] = [await newStore.get('id'), await oldStore.get('id')] as Fields[];
        const fields = [{ [`new${count}`]: count }, { [`old${count}`]: count }];
        await Promise.all([
          newStore.set('id', Object.assign(ours as Fields, fields[0])),
          oldStore.set('id', Object.assign(theirs as Fields, fields[1])),
        ]);
        Object.assign(all, ...fields);
        for (const store of [oldStore, newStore]) expect(await store.get('id')).toMatchObject(all);
      }
    }
  });

  test('keeps a session that one of them ended from coming back', async () => {
    await oldStore.set('id', sessionOf());
    const read = (await newStore.get('id')) as Fields;
    await oldStore.destroy('id');
    await newStore.set('id', Object.assign(read, { user: 'Ada' }));
    expect(await redis.raw('EXISTS', 'stamps:id')).toBe(0);
  });
});
