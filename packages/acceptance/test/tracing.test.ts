import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomUUID } from 'node:crypto';
import {
  type ChannelListener,
  subscribe,
  tracingChannel,
  unsubscribe,
} from 'node:diagnostics_channel';
import { RedisStore, TRACED, type Trace } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { startRedis, type TestRedis, until } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Cookie, type SessionData } from 'express-session';
import { createClient } from 'redis';

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

const ID = 'the-live-id';
const ID_HASH = createHash('sha256').update(ID).digest('hex');
const SECRET = 'what nobody is to see';

function sessionOf(fields: object = {}): SessionData {
  const cookie = new Cookie();
  cookie.maxAge = 60_000;
  return Object.assign({ cookie, secret: SECRET }, fields);
}

describe('the tracing channels', () => {
  let server: TestRedis;
  let client: ReturnType<typeof createClient>;
  let prefix: string;
  let store: RedisStore;
  /** What each channel was told, as text, so that nothing of it changes afterwards. */
  let told: [event: string, trace: string][];
  const listeners: [name: string, listener: ChannelListener][] = [];

  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    client.on('error', () => {});
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  beforeEach(() => {
    // No other test uses it, also where all have one server.
    prefix = `tracing:${randomUUID()}:`;
    store = new RedisStore({
      client: fromNodeRedis(client),
      prefix,
      index: (session) => Reflect.get(session, 'user'),
    });
    told = [];
    for (const operation of TRACED) {
      for (const event of EVENTS) {
        listen(`tracing:holdfast:${operation}:${event}`, (trace) => {
          told.push([event, JSON.stringify(trace)]);
        });
      }
    }
  });
  afterEach(async () => {
    for (const [name, listener] of listeners.splice(0)) unsubscribe(name, listener);
    await store.clear();
  });

  function listen(name: string, listener: ChannelListener): void {
    subscribe(name, listener);
    listeners.push([name, listener]);
  }

  /** What an operation is said to have come to. */
  async function traceOf(work: () => Promise<unknown>): Promise<Trace> {
    told = [];
    await work().catch(() => {});
    const ends = told.filter(([event]) => event === 'asyncEnd');
    expect(ends).toHaveLength(1);
    return JSON.parse(ends[0]?.[1] ?? '');
  }

  const load = async () => (await store.get(ID)) as SessionData;

  test('tell of the beginning and the end of each operation, and how long it took', async () => {
    await store.get(ID);
    expect(told.map(([event]) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    const traces = told.map(([, trace]) => JSON.parse(trace) as Trace);
    expect(traces[0]).toEqual({ operation: 'get', idHash: ID_HASH });
    expect(traces[3]).toEqual({
      operation: 'get',
      idHash: ID_HASH,
      outcome: 'miss',
      durationMs: expect.any(Number),
    });
  });

  test('tell what became of each', async () => {
    expect(await traceOf(() => store.get(ID))).toMatchObject({ outcome: 'miss' });
    expect(await traceOf(() => store.set(ID, sessionOf()))).toMatchObject({ outcome: 'stored' });
    expect(await traceOf(() => store.get(ID))).toMatchObject({ outcome: 'hit' });

    const [mine, theirs] = [await load(), await load()];
    await store.set(ID, Object.assign(theirs, { theirs: true }));
    const merge = () => store.set(ID, Object.assign(mine, { mine: true }));
    expect(await traceOf(merge)).toMatchObject({ operation: 'set', outcome: 'merged' });

    const skip = () => store.touch(ID, mine);
    expect(await traceOf(skip)).toMatchObject({ operation: 'touch', outcome: 'skipped' });
    mine.cookie.maxAge = 120_000;
    // What is stored has the field of the other request, which this object does not.
    expect(await traceOf(skip)).toMatchObject({ outcome: 'merged' });
    const touched = await load();
    touched.cookie.maxAge = 180_000;
    const touch = () => store.touch(ID, touched);
    expect(await traceOf(touch)).toMatchObject({ operation: 'touch', outcome: 'stored' });
    const change = () => store.update(ID, () => {});
    expect(await traceOf(change)).toMatchObject({ operation: 'update', outcome: 'stored' });

    const end = await traceOf(() => store.destroy(ID));
    expect(end).toEqual({ operation: 'destroy', idHash: ID_HASH, durationMs: expect.any(Number) });
    const drop = () => store.set(ID, Object.assign(mine, { late: true }));
    expect(await traceOf(drop)).toMatchObject({ operation: 'set', outcome: 'dropped' });
    expect(await traceOf(change)).toMatchObject({ operation: 'update', outcome: 'dropped' });
  });

  test('tell of what ends a session whose cookie has run out', async () => {
    const over = sessionOf({ cookie: { originalMaxAge: 1000, expires: new Date(0) } });
    const ended = { outcome: 'ended' };
    expect(await traceOf(() => store.set(ID, over))).toMatchObject(ended);
    expect(await traceOf(() => store.touch(ID, over))).toMatchObject(ended);
    const end = (session: SessionData) => {
      session.cookie.expires = new Date(0);
      return session;
    };
    for (const work of [
      async () => store.set(ID, end(await load())),
      async () => store.touch(ID, end(await load())),
      () => store.update(ID, end),
    ]) {
      await store.set(ID, sessionOf());
      told = [];
      await work();
      const [, trace] = told.findLast(([event]) => event === 'asyncEnd') ?? [];
      expect(JSON.parse(trace ?? '')).toMatchObject(ended);
      await until('the session is gone', async () => (await store.get(ID)) === null);
    }
  });

  test('tell which session is ended by its handle, where it is one', async () => {
    store = new RedisStore({ client: fromNodeRedis(client), prefix, hashIds: true });
    const handle = store.handleOf(ID);
    const end = await traceOf(() => store.destroyHandle(handle));
    expect(end).toMatchObject({ operation: 'destroyHandle', idHash: ID_HASH });
    for (const wrong of [ID, '', undefined] as string[]) {
      const refused = await traceOf(() => store.destroyHandle(wrong));
      expect(refused).toMatchObject({ errorCode: 'ERR_HOLDFAST_INVALID_ARGUMENT' });
      expect(refused.idHash).toBeUndefined();
    }
  });

  test('tell of an error by its code alone', async () => {
    await server.raw('SET', `${prefix}${ID}`, `no JSON, but ${SECRET}`);
    const trace = await traceOf(() => store.get(ID));
    expect(trace).toMatchObject({ operation: 'get', errorCode: 'ERR_HOLDFAST_CORRUPT' });
    expect(trace.outcome).toBeUndefined();
    expect(told.map(([event]) => event)).toContain('error');
    await server.raw('DEL', `${prefix}${ID}`);
    await server.raw('LPUSH', `${prefix}${ID}`, 'element');
    const refused = await traceOf(() =>
      store.touch(ID, sessionOf({ cookie: { expires: 'never' } })),
    );
    expect(refused).toMatchObject({ errorCode: 'ERR_HOLDFAST_INVALID_EXPIRES' });
    expect(await traceOf(() => store.get(''))).toMatchObject({
      errorCode: 'ERR_HOLDFAST_INVALID_ARGUMENT',
    });
  });

  test('never show a live id or what is in a session', async () => {
    await store.set(ID, sessionOf({ user: 'ada' }));
    await store.set(ID, await load());
    await store.touch(ID, await load());
    await store.update(ID, (session) => Object.assign(session, { more: SECRET }));
    await Promise.all([store.sessionsOf('ada'), store.countOf('ada'), store.ids(), store.length()]);
    await server.raw('SET', `${prefix}${ID}`, SECRET);
    await store.get(ID).catch(() => {});
    await Promise.all([store.destroyAllOf('ada'), store.destroy(ID), store.clear()]);
    await expect(store.destroyHandle(store.handleOf(ID))).rejects.toThrow('hashIds');
    const all = told.map(([, trace]) => trace).join('\n');
    expect(new Set(told.map(([, trace]) => (JSON.parse(trace) as Trace).operation))).toEqual(
      new Set(TRACED),
    );
    expect(all).not.toContain(ID);
    expect(all).not.toContain(SECRET);
  });

  test('carry what a subscriber binds to them through the whole operation', async () => {
    const spans = new AsyncLocalStorage<string>();
    const { start } = tracingChannel<unknown, Trace>('holdfast:update');
    start.bindStore(spans, ({ operation }) => `the span of ${operation}`);
    try {
      await store.set(ID, sessionOf());
      let seen: string | undefined;
      await store.update(ID, () => {
        seen = spans.getStore();
      });
      expect(seen).toBe('the span of update');
      expect(spans.getStore()).toBeUndefined();
    } finally {
      start.unbindStore(spans);
    }
  });
});
