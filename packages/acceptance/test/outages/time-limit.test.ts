import { randomUUID } from 'node:crypto';
import { type RedisLike, RedisStore } from '@holdfast/core';
import { until } from '@holdfast/test-servers';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { ioredis5, nodeRedis6 } from '../support/clients.ts';
import { useClient, useProxy, useRedis } from '../support/resources.ts';
import { fieldOf, sessionOf } from '../support/sessions.ts';

const TIMEOUT_MS = 500;
const PREFIX = `time-limit:${randomUUID()}:`;

/** With their defaults, they wait without end. */
const clients = { 'node-redis': nodeRedis6, ioredis: ioredis5 };

/** Reads a session, however often that takes longer than the limit. */
async function read(store: RedisStore): Promise<SessionData> {
  let session: SessionData | null = null;
  await until('the session is read', () =>
    store.get('id').then(
      (stored) => {
        session = stored;
        return true;
      },
      (error) => error,
    ),
  );
  expect(session).not.toBeNull();
  return session as unknown as SessionData;
}

/** Expects work to fail because it takes too long. */
async function expectTimeout(work: () => Promise<unknown>): Promise<void> {
  await expect(work()).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
}

function plainStore(client: RedisLike): RedisStore {
  return new RedisStore({ client, prefix: PREFIX, timeoutMs: TIMEOUT_MS });
}

/** What the slow save stores. */
const SLOW = 'slow';

/**
 * Returns a client on which another writer is faster than each save of {@link SLOW}, and that holds back the reply to
 * the second such save until `release` is called.
 */
function slowToMerge(redis: RedisLike, writeFirst: () => Promise<void>) {
  let [asked, answered] = [0, 0];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const client: RedisLike = Object.create(redis, {
    compareAndSet: {
      value: async (...[key, expected, value, ttlMs]: Parameters<RedisLike['compareAndSet']>) => {
        if (!value.includes(SLOW)) return redis.compareAndSet(key, expected, value, ttlMs);
        const turn = ++asked;
        await writeFirst();
        const held = await redis.compareAndSet(key, expected, value, ttlMs);
        if (turn === 2) await released;
        answered++;
        return held;
      },
    },
  });
  return { client, asked: () => asked, answered: () => answered, release: () => release() };
}

describe.each(Object.entries(clients))('the time limit, with %s,', (_, make) => {
  const server = useRedis();
  const proxy = useProxy(server);
  const client = useClient(make, proxy);
  let patient: RedisStore;
  let store: RedisStore;

  beforeEach(async () => {
    patient = storeWith(60_000);
    store = storeWith(TIMEOUT_MS);
    await patient.clear();
    await patient.set('id', sessionOf({ user: 'ada', visits: 1 }));
  });

  /** Opens a store with each of the options that need more of Redis. */
  function storeWith(timeoutMs: number): RedisStore {
    return new RedisStore({
      client: client().redis,
      prefix: PREFIX,
      timeoutMs,
      userId: (session) => Reflect.get(session, 'user'),
      trackCount: true,
    });
  }

  /** Expects all work to end before an operation that has four times the limit, and that begins with it. */
  async function expectTimeouts(work: (() => Promise<unknown>)[]): Promise<void> {
    const ends: string[] = [];
    const longer = storeWith(4 * TIMEOUT_MS);
    await Promise.all([
      Promise.all(work.map(expectTimeout)).then(() => ends.push('the work')),
      expectTimeout(() => longer.get('id')).then(() => ends.push('four times the limit')),
    ]);
    expect(ends).toEqual(['the work', 'four times the limit']);
  }

  const operations: Record<string, (session: SessionData) => Promise<unknown>> = {
    get: () => store.get('id'),
    'set of a new session': () => store.set('new', sessionOf()),
    'set of a session that was read': (session) => store.set('id', session),
    touch: () => store.touch('id', sessionOf()),
    update: () => store.update('id', () => {}),
    destroy: () => store.destroy('id'),
    listByUser: () => store.listByUser('ada'),
    countByUser: () => store.countByUser('ada'),
    destroyByUser: () => store.destroyByUser('ada'),
    clear: () => store.clear(),
    length: () => store.length(),
    ids: () => store.ids(),
    all: () => store.all(),
  };

  test('ends every operation while Redis does not reply', async () => {
    const session = await read(store);
    proxy().freeze();
    try {
      await expectTimeouts(Object.values(operations).map((work) => () => work(session)));
    } finally {
      proxy().thaw();
    }
  });

  test('includes the earlier writes of the same session', async () => {
    const session = await read(store);
    proxy().freeze();
    try {
      await expectTimeouts(
        Array.from(
          { length: 20 },
          (_, visits) => () => store.set('id', Object.assign(session, { visits })),
        ),
      );
    } finally {
      proxy().thaw();
    }
  });

  test('has passed when Redis replies late, and the late reply does no harm', async () => {
    const plain = plainStore(client().redis);
    const session = await read(plain);
    proxy().freeze();
    await expectTimeout(() => plain.set('id', Object.assign(session, { visits: 2 })));
    await expectTimeout(() => plain.get('id'));
    proxy().thaw();
    await until('the late write is done', () =>
      patient.get('id').then((stored) => fieldOf(stored, 'visits') === 2 || stored),
    );
    // The object does not know that it was stored after all.
    await plain.set('id', Object.assign(session, { visits: 3, page: 'last' }));
    expect(await patient.get('id')).toMatchObject({ visits: 3, page: 'last' });
  });

  test('ends a save that has to merge again, which then does not undo a later one', async () => {
    const slow = slowToMerge(client().redis, async () => {
      const theirs = await read(patient);
      const others = Number(fieldOf(theirs, 'others') ?? 0) + 1;
      await patient.set('id', Object.assign(theirs, { others }));
    });
    const merging = plainStore(slow.client);
    const session = await read(merging);
    await expectTimeout(() => merging.set('id', Object.assign(session, { page: SLOW })));
    await merging.set('id', Object.assign(session, { page: 'last' }));
    await until('the second reply is held back', () => slow.asked() === 2);
    slow.release();
    await until('the second reply has come', () => slow.answered() === 2);
    // The slow save would merge a third time now.
    for (let time = 0; time < 20; time++) await patient.update('id', () => {});
    expect(await patient.get('id')).toMatchObject({ page: 'last', others: 2 });
    expect(slow.asked()).toBe(2);
  });

  test('ends an operation while there is no connection', async () => {
    await proxy().cut();
    // An operation that is under way when the connection ends fails with the client's own error.
    await store.get('id').catch(() => {});
    await expectTimeout(() => store.get('id'));
    await proxy().restore();
    await read(store);
  });
});
