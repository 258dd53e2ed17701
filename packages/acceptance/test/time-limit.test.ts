import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisLike, RedisStore } from '@holdfast/core';
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
import { Cookie, type SessionData } from 'express-session';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const TIMEOUT_MS = 300;
/** How late an operation may end by what is promised, and what a busy machine adds. */
const LATE_MS = 250;

/** Clients with their defaults, which wait for as long as it takes. */
const clients = {
  async 'node-redis'(url: string) {
    const client = createClient({ url });
    client.on('error', () => {});
    await client.connect();
    return { client: fromNodeRedis(client), close: async () => client.destroy() };
  },
  async ioredis(url: string) {
    const client = new Redis(url);
    client.on('error', () => {});
    await client.ping();
    return { client: fromIoredis(client), close: async () => client.disconnect() };
  },
};

function sessionOf(fields: object): SessionData {
  return Object.assign({ cookie: new Cookie() }, fields);
}

/** What the slow save stores. */
const SLOW = 'slow';

/**
 * A Redis to which each save of {@link SLOW} is so slow that two of them take longer than the limit, and where somebody
 * else has written just before each.
 */
function slowToMerge(redis: RedisLike, writeFirst: () => Promise<void>) {
  let asked = 0;
  let answered = 0;
  const client: RedisLike = Object.create(redis, {
    compareAndSet: {
      value: async (...[key, expected, value, ttlMs]: Parameters<RedisLike['compareAndSet']>) => {
        if (!value.includes(SLOW)) return redis.compareAndSet(key, expected, value, ttlMs);
        asked++;
        await writeFirst();
        const held = await redis.compareAndSet(key, expected, value, ttlMs);
        await sleep(TIMEOUT_MS * 0.75);
        answered++;
        return held;
      },
    },
  });
  return { client, asked: () => asked, answered: () => answered };
}

describe.each(Object.entries(clients))('the time limit, with %s as it is', (_, connect) => {
  let server: TestRedis;
  let proxy: RedisProxy;
  let redis: RedisLike;
  let prefix: string;
  let store: RedisStore;
  let close: () => Promise<void>;

  beforeEach(async () => {
    server = await startRedis();
    proxy = await startRedisProxy(server.url);
    const connected = await connect(proxy.url);
    close = connected.close;
    redis = connected.client;
    prefix = `time-limit:${randomUUID()}:`;
    store = new RedisStore({
      client: redis,
      prefix,
      timeout: TIMEOUT_MS,
      index: (session) => Reflect.get(session, 'user'),
      countable: true,
    });
    await store.set('id', sessionOf({ user: 'ada', visits: 1 }));
  });
  afterEach(async () => {
    await close();
    await proxy.cut();
    await server.stop();
  });

  /** Expects work to fail for want of an answer, in time. */
  async function expectTooLong(work: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    await expect(work()).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
    expect(performance.now() - start).toBeLessThan(TIMEOUT_MS + LATE_MS);
  }

  const operations: Record<string, (session: SessionData) => Promise<unknown>> = {
    get: () => store.get('id'),
    'set of a new session': () => store.set('new', sessionOf({})),
    'set of a session that was read': (session) => store.set('id', session),
    touch: () => store.touch('id', sessionOf({})),
    update: () => store.update('id', () => {}),
    destroy: () => store.destroy('id'),
    sessionsOf: () => store.sessionsOf('ada'),
    countOf: () => store.countOf('ada'),
    destroyAllOf: () => store.destroyAllOf('ada'),
    clear: () => store.clear(),
    length: () => store.length(),
    ids: () => store.ids(),
    all: () => store.all(),
  };

  test('ends every operation while Redis does not answer', async () => {
    const session = (await store.get('id')) as SessionData;
    proxy.freeze();
    await Promise.all(Object.values(operations).map((work) => expectTooLong(() => work(session))));
  });

  test('counts the writes of the same session that come before', async () => {
    const session = (await store.get('id')) as SessionData;
    proxy.freeze();
    const writes = Array.from({ length: 20 }, (_, visits) =>
      expectTooLong(() => store.set('id', Object.assign(session, { visits }))),
    );
    await Promise.all(writes);
  });

  test('is over when Redis answers late, and what it answers does no harm', async () => {
    const plain = new RedisStore({ client: redis, prefix, timeout: TIMEOUT_MS });
    const session = (await plain.get('id')) as SessionData;
    proxy.freeze();
    await expectTooLong(() => plain.set('id', Object.assign(session, { visits: 2 })));
    await expectTooLong(() => plain.get('id'));
    proxy.thaw();
    await until('the late write is done', () =>
      plain.get('id').then(
        (stored) => Reflect.get(Object(stored), 'visits') === 2,
        () => false,
      ),
    );
    // The object does not know that it was stored after all.
    await plain.set('id', Object.assign(session, { visits: 3, page: 'last' }));
    expect(await plain.get('id')).toMatchObject({ visits: 3, page: 'last' });
  });

  test('ends a save that has to merge again and again, which then undoes no later one', async () => {
    const plain = new RedisStore({ client: redis, prefix, timeout: TIMEOUT_MS });
    const slow = slowToMerge(redis, async () => {
      const theirs = (await plain.get('id')) as SessionData;
      const others = Number(Reflect.get(theirs, 'others') ?? 0) + 1;
      await plain.set('id', Object.assign(theirs, { others }));
    });
    const store = new RedisStore({ client: slow.client, prefix, timeout: TIMEOUT_MS });
    const session = (await store.get('id')) as SessionData;
    await expectTooLong(() => store.set('id', Object.assign(session, { page: SLOW })));
    await store.set('id', Object.assign(session, { page: 'last' }));
    await until('what was on its way has come', () => slow.answered() === 2);
    // It would go on now, with a new merge.
    await until('the slow save has nothing to do', () =>
      plain.update('id', () => {}).then(() => true),
    );
    expect(await plain.get('id')).toMatchObject({ page: 'last', others: 2 });
    expect(slow.asked()).toBe(2);
  });

  test('ends an operation while there is no connection', async () => {
    await proxy.cut();
    // What is under way when the connection ends fails with the client's own error.
    await store.get('id').catch(() => {});
    await expectTooLong(() => store.get('id'));
    await proxy.restore();
    await until('Redis serves again', () =>
      store.get('id').then(
        (stored) => stored !== null,
        () => false,
      ),
    );
  });
});
