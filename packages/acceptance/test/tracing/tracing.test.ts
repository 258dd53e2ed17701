import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomUUID } from 'node:crypto';
import {
  type ChannelListener,
  subscribe,
  tracingChannel,
  unsubscribe,
} from 'node:diagnostics_channel';
import { RedisStore, TRACED, type Trace } from '@holdfast/core';
import { until } from '@holdfast/test-servers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { nodeRedis6 } from '../support/clients.ts';
import { useClient, useRedis } from '../support/resources.ts';
import { sessionOf } from '../support/sessions.ts';

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

const ID = 'the-live-id';
const ID_HASH = createHash('sha256').update(ID).digest('hex');
const SECRET = 'what no trace may show';

const secretSession = (fields: object = {}) => sessionOf({ secret: SECRET, ...fields }, 60_000);

describe('the tracing channels', () => {
  const server = useRedis();
  const client = useClient(nodeRedis6, server);
  let prefix: string;
  let store: RedisStore;
  /** What each channel published, as text, so that it does not change afterwards. */
  let published: [event: string, trace: string][];
  const listeners: [name: string, listener: ChannelListener][] = [];

  beforeEach(async () => {
    prefix = `tracing:${randomUUID()}:`;
    store = new RedisStore({
      client: client().redis,
      prefix,
      userId: (session) => Reflect.get(session, 'user'),
    });
    published = [];
    for (const operation of TRACED) {
      for (const event of EVENTS) {
        listen(`tracing:holdfast:${operation}:${event}`, (trace) => {
          published.push([event, JSON.stringify(trace)]);
        });
      }
    }
  });
  afterEach(() => {
    for (const [name, listener] of listeners.splice(0)) unsubscribe(name, listener);
  });

  function listen(name: string, listener: ChannelListener): void {
    subscribe(name, listener);
    listeners.push([name, listener]);
  }

  /** Returns the trace of an operation. */
  async function traceOf(work: () => Promise<unknown>): Promise<Trace> {
    published = [];
    await work().catch(() => {});
    const ends = published.filter(([event]) => event === 'asyncEnd');
    expect(ends).toHaveLength(1);
    return JSON.parse(ends[0]?.[1] ?? '');
  }

  const load = async () => (await store.get(ID)) as SessionData;

  test('publish the begin and the end of each operation, with its duration', async () => {
    await store.get(ID);
    expect(published.map(([event]) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    const traces = published.map(([, trace]) => JSON.parse(trace) as Trace);
    expect(traces[0]).toEqual({ operation: 'get', handle: ID_HASH });
    expect(traces[3]).toEqual({
      operation: 'get',
      handle: ID_HASH,
      outcome: 'miss',
      durationMs: expect.any(Number),
    });
  });

  test('publish the outcome of each operation', async () => {
    expect(await traceOf(() => store.get(ID))).toMatchObject({ outcome: 'miss' });
    expect(await traceOf(() => store.set(ID, secretSession()))).toMatchObject({
      outcome: 'stored',
    });
    expect(await traceOf(() => store.get(ID))).toMatchObject({ outcome: 'hit' });

    const [mine, theirs] = [await load(), await load()];
    await store.set(ID, Object.assign(theirs, { theirs: true }));
    const merge = () => store.set(ID, Object.assign(mine, { mine: true }));
    expect(await traceOf(merge)).toMatchObject({ operation: 'set', outcome: 'merged' });

    const [one, other] = [await load(), await load()];
    await store.set(ID, Object.assign(other, { both: 1 }));
    const replace = () => store.set(ID, Object.assign(one, { both: 2 }));
    expect(await traceOf(replace)).toMatchObject({ operation: 'set', outcome: 'replaced' });

    const skip = () => store.touch(ID, mine);
    expect(await traceOf(skip)).toMatchObject({ operation: 'touch', outcome: 'skipped' });
    mine.cookie.maxAge = 120_000;
    // The stored session has the field of the other request, which this object does not.
    expect(await traceOf(skip)).toMatchObject({ outcome: 'merged' });
    const touched = await load();
    touched.cookie.maxAge = 180_000;
    const touch = () => store.touch(ID, touched);
    expect(await traceOf(touch)).toMatchObject({ operation: 'touch', outcome: 'stored' });
    const change = () => store.update(ID, () => {});
    expect(await traceOf(change)).toMatchObject({ operation: 'update', outcome: 'stored' });

    const mixed = new RedisStore({ client: client().redis, prefix, hashIds: 'writePlain' });
    expect(await traceOf(() => mixed.touch(ID, secretSession()))).toMatchObject({
      operation: 'touch',
      outcome: 'stored',
    });
    expect(await traceOf(() => mixed.touch('missing', secretSession()))).toMatchObject({
      outcome: 'dropped',
    });

    const end = await traceOf(() => store.destroy(ID));
    expect(end).toEqual({ operation: 'destroy', handle: ID_HASH, durationMs: expect.any(Number) });
    const drop = () => store.set(ID, Object.assign(mine, { late: true }));
    expect(await traceOf(drop)).toMatchObject({ operation: 'set', outcome: 'dropped' });
    expect(await traceOf(change)).toMatchObject({ operation: 'update', outcome: 'dropped' });
  });

  test('publish which operation ends a session whose cookie has expired', async () => {
    const over = secretSession({ cookie: { originalMaxAge: 1000, expires: new Date(0) } });
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
      await store.set(ID, secretSession());
      published = [];
      await work();
      const [, trace] = published.findLast(([event]) => event === 'asyncEnd') ?? [];
      expect(JSON.parse(trace ?? '')).toMatchObject(ended);
      await until('the session is gone', async () => (await store.get(ID)) === null);
    }
  });

  test('publish the handle that destroyByHandle gets, if it is one', async () => {
    store = new RedisStore({ client: client().redis, prefix, hashIds: true });
    const handle = store.handleOf(ID);
    const end = await traceOf(() => store.destroyByHandle(handle));
    expect(end).toMatchObject({ operation: 'destroyByHandle', handle: ID_HASH });
    for (const wrong of [ID, '', undefined] as string[]) {
      const refused = await traceOf(() => store.destroyByHandle(wrong));
      expect(refused).toMatchObject({ errorCode: 'ERR_HOLDFAST_INVALID_ARGUMENT' });
      expect(refused.handle).toBeUndefined();
    }
  });

  test('publish only the code of an error', async () => {
    await store.set(ID, secretSession());
    const session = Object.assign(await load(), { more: 1 });
    await server().raw('SET', `${prefix}${ID}`, `no JSON, but ${SECRET}`);
    expect(await traceOf(() => store.get(ID))).toMatchObject({ operation: 'get', outcome: 'miss' });
    const trace = await traceOf(() => store.set(ID, session));
    expect(trace).toMatchObject({ operation: 'set', errorCode: 'ERR_HOLDFAST_CORRUPT' });
    expect(trace.outcome).toBeUndefined();
    expect(published.map(([event]) => event)).toContain('error');
    await server().raw('DEL', `${prefix}${ID}`);
    await server().raw('LPUSH', `${prefix}${ID}`, 'element');
    const refused = await traceOf(() =>
      store.touch(ID, secretSession({ cookie: { expires: 'never' } })),
    );
    expect(refused).toMatchObject({ errorCode: 'ERR_HOLDFAST_INVALID_EXPIRES' });
    expect(await traceOf(() => store.get(''))).toMatchObject({
      errorCode: 'ERR_HOLDFAST_INVALID_ARGUMENT',
    });
  });

  test('never publish a session id or the content of a session', async () => {
    await store.set(ID, secretSession({ user: 'ada' }));
    await store.set(ID, await load());
    await store.touch(ID, await load());
    await store.update(ID, (session) => Object.assign(session, { more: SECRET }));
    await Promise.all([
      store.listByUser('ada'),
      store.countByUser('ada'),
      store.ids(),
      store.length(),
    ]);
    await server().raw('SET', `${prefix}${ID}`, SECRET);
    await store.get(ID).catch(() => {});
    await Promise.all([store.destroyByUser('ada'), store.destroy(ID), store.clear()]);
    await expect(store.destroyByHandle(store.handleOf(ID))).rejects.toThrow('hashIds');
    const all = published.map(([, trace]) => trace).join('\n');
    expect(new Set(published.map(([, trace]) => (JSON.parse(trace) as Trace).operation))).toEqual(
      new Set(TRACED),
    );
    expect(all).not.toContain(ID);
    expect(all).not.toContain(SECRET);
  });

  test('keep what a subscriber binds to them through the whole operation', async () => {
    const spans = new AsyncLocalStorage<string>();
    const { start } = tracingChannel<unknown, Trace>('holdfast:update');
    start.bindStore(spans, ({ operation }) => `the span of ${operation}`);
    try {
      await store.set(ID, secretSession());
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
