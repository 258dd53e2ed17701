import { randomUUID } from 'node:crypto';
import type { SessionWithId } from '@holdfast/core';
import { describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import {
  connectRedis,
  holdfast,
  type SessionStore,
  type StoreMaker,
  type StoreOptions,
} from '../support/migrating/session-stores.ts';
import { useRedis, useResource } from '../support/resources.ts';
import { Browser, serve } from '../support/session-app.ts';

const MINUTE = 60_000;

/** What a clock may gain or lose during a test. */
const CLOCK_DRIFT_MS = 20;

const redis = useRedis();

for (const [theirName, openTheirs] of Object.entries(connectRedis)) {
  for (const [ourName, openOurs] of Object.entries(holdfast)) {
    describe(`${ourName} and ${theirName}`, () => {
      const makers = useResource(
        async () => [await openOurs(redis().url), await openTheirs(redis().url)],
        (opened) => opened.map((maker) => maker.close()),
      );

      describeAgreement((options) => pairOf(makers(), options));
      describeExchange(ourName, theirName, () => pairOf(makers()));
      describeExchange(theirName, ourName, () => pairOf(makers().toReversed()));
    });
  }
}

/** Two stores on the same keys. */
interface Pair {
  first: SessionStore;
  second: SessionStore;
  /** Sends a command with one key, past both stores. */
  raw(command: string, id: string): Promise<unknown>;
}

/** The options of both stores. With `byDefault`, they have no `prefix`; else they have one of their own. */
type PairOptions = StoreOptions & { byDefault?: boolean };

function pairOf(makers: StoreMaker[], { byDefault = false, ...options }: PairOptions = {}): Pair {
  const prefix = byDefault ? 'sess:' : `compatibility:${randomUUID()}:`;
  const [first, second] = makers.map((maker) =>
    maker.store(byDefault ? options : { ...options, prefix }),
  );
  if (first === undefined || second === undefined) throw new Error('The stores are not open yet.');
  return { first, second, raw: (command, id) => redis().raw(command, prefix + id) };
}

/** Resolves to what a method of a store passes to its callback. */
function resultOf<Result>(
  call: (done: (error?: unknown, result?: Result) => void) => unknown,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}

function sessionOf(fields: object = {}, maxAge: number | null = 10 * MINUTE): SessionData {
  const expires = maxAge === null ? null : new Date(Date.now() + maxAge);
  const cookie = { originalMaxAge: maxAge, expires, httpOnly: true, path: '/' };
  return { cookie, ...fields } as SessionData;
}

function written(session: SessionData): unknown {
  return JSON.parse(JSON.stringify(session));
}

/** Tests what must be the same in both stores. */
function describeAgreement(open: (options?: PairOptions) => Pair): void {
  const sessions: Record<string, object> = {
    'no fields': {},
    'fields of every kind of JSON': {
      user: { name: 'Ada', tags: ['a', 1, null, true] },
      visits: 3,
    },
    'text beyond ASCII': { name: 'zażółć 한국어 🦊 \u2028 "quoted" \\ \ud800' },
    'values that JSON drops or turns into text': {
      gone: undefined,
      at: new Date(0),
      infinite: Number.POSITIVE_INFINITY,
    },
    'an id of its own': { id: 'another' },
  };

  for (const [name, fields] of Object.entries(sessions)) {
    test(`write a session with ${name} as the same JSON`, async () => {
      const { first, second, raw } = open();
      const session = sessionOf(fields);
      await resultOf((done) => first.set('first', session, done));
      await resultOf((done) => second.set('second', session, done));
      for (const id of ['first', 'second']) {
        expect(String(await raw('GET', id)).trimEnd()).toBe(JSON.stringify(session));
      }
    });
  }

  test('write the JSON again that they read', async () => {
    const { first, second, raw } = open();
    await resultOf((done) => first.set('id', sessionOf({ user: 'Ada' }), done));
    const text = async () => String(await raw('GET', 'id')).trimEnd();
    const before = await text();
    for (const store of [second, first]) {
      const read = await resultOf<SessionData | null>((done) => store.get('id', done));
      if (!read) throw new Error('The session is gone.');
      await resultOf((done) => store.set('id', read, done));
      expect(await text()).toBe(before);
    }
  });

  test('let a session live until its cookie expires, connect-redis for up to a second longer', async () => {
    const { first, second, raw } = open();
    const begun = performance.now();
    const expectLifetimes = async (setMs: number) => {
      const [ours, theirs] = await Promise.all([raw('PTTL', 'ours'), raw('PTTL', 'theirs')]);
      const least = setMs - (performance.now() - begun) - CLOCK_DRIFT_MS;
      expect(ours).toBeGreaterThan(least);
      expect(ours).toBeLessThanOrEqual(setMs);
      expect(theirs).toBeGreaterThan(least);
      expect(theirs).toBeLessThanOrEqual(setMs + 1000);
    };
    const session = sessionOf({}, 10 * MINUTE + 1);
    await resultOf((done) => first.set('ours', session, done));
    await resultOf((done) => second.set('theirs', session, done));
    await expectLifetimes(10 * MINUTE + 1);
    session.cookie.expires = new Date(Date.now() + 20 * MINUTE);
    await resultOf((done) => first.touch('ours', session, done));
    await resultOf((done) => second.touch('theirs', session, done));
    await expectLifetimes(20 * MINUTE);
  });

  test('let a session without a cookie expiry live for ttl seconds, by default for a day', async () => {
    const session = sessionOf({}, null);
    for (const [options, ttlMs] of [
      [{ ttl: 90 }, 90_000],
      [{}, 86_400_000],
    ] as const) {
      const { first, second, raw } = open(options);
      const begun = performance.now();
      await resultOf((done) => first.set('first', session, done));
      await resultOf((done) => second.set('second', session, done));
      for (const id of ['first', 'second']) {
        const left = Number(await raw('PTTL', id));
        expect(left).toBeLessThanOrEqual(ttlMs);
        expect(left).toBeGreaterThan(ttlMs - (performance.now() - begun) - CLOCK_DRIFT_MS);
        await raw('DEL', id);
      }
    }
  });

  test('store a session that never expires with disableTTL', async () => {
    const { first, second, raw } = open({ disableTTL: true });
    await resultOf((done) => first.set('first', sessionOf(), done));
    await resultOf((done) => second.set('second', sessionOf(), done));
    for (const id of ['first', 'second']) {
      expect(await raw('PTTL', id)).toBe(-1);
      await raw('DEL', id);
    }
  });

  test('do not extend a session with disableTouch', async () => {
    const { first, second, raw } = open({ disableTouch: true });
    for (const store of [first, second]) {
      await resultOf((done) => store.set('id', sessionOf({}, MINUTE), done));
      await resultOf((done) => store.touch('id', sessionOf({}, 60 * MINUTE), done));
      expect(Number(await raw('PTTL', 'id'))).toBeLessThanOrEqual(MINUTE + 1000);
    }
  });

  test('use the same keys by default', async () => {
    const { first, second, raw } = open({ byDefault: true });
    const id = randomUUID();
    const session = sessionOf({ user: 'Ada' });
    await resultOf((done) => first.set(id, session, done));
    expect(await resultOf((done) => second.get(id, done))).toEqual(written(session));
    expect(await raw('DEL', id)).toBe(1);
  });

  test('list the same sessions, whichever store wrote them', async () => {
    const { first, second } = open();
    const ids = Array.from({ length: 250 }, (_, index) => `id${index}`).sort();
    for (const [index, id] of ids.entries()) {
      const store = index % 2 === 0 ? first : second;
      await resultOf((done) => store.set(id, sessionOf({ visits: index }), done));
    }
    const listed = async (store: SessionStore) => ({
      length: await resultOf((done) => store.length(done)),
      ids: (await resultOf<string[]>((done) => store.ids(done)))?.sort(),
      all: (await resultOf<SessionWithId[]>((done) => store.all(done)))?.sort(byId),
    });
    const theirs = await listed(second);
    expect(theirs.ids).toEqual(ids);
    expect(theirs.length).toBe(250);
    expect(theirs.all?.map(({ id }) => id)).toEqual(ids);
    expect(await listed(first)).toEqual(theirs);
  });
}

function byId(one: SessionWithId, other: SessionWithId): number {
  return one.id < other.id ? -1 : 1;
}

/** Tests that one store finds what the other did to a session. */
function describeExchange(writer: string, reader: string, open: () => Pair): void {
  test(`a user who signed in on ${writer} is signed in on ${reader}, and back`, async () => {
    const { first, second } = open();
    await using one = await serve(first);
    await using other = await serve(second);
    const browser = new Browser();
    await browser.post(one, '/sign-in', { user: 'Ada' });
    expect(await browser.get(other, '/')).toEqual({ user: 'Ada', visits: 0 });
    expect(await browser.post(other, '/visit')).toEqual({ user: 'Ada', visits: 1 });
    expect(await browser.post(one, '/visit')).toEqual({ user: 'Ada', visits: 2 });
    expect(await browser.get(other, '/')).toEqual({ user: 'Ada', visits: 2 });
    expect(await resultOf((done) => first.length(done))).toBe(1);
  });

  test(`a user who signs out on ${reader} is signed out on ${writer}`, async () => {
    const { first, second } = open();
    await using one = await serve(first);
    await using other = await serve(second);
    const browser = new Browser();
    await browser.post(one, '/sign-in', { user: 'Ada' });
    expect(await browser.get(one, '/')).toEqual({ user: 'Ada', visits: 0 });
    await browser.post(other, '/sign-out');
    expect(await browser.get(one, '/')).toEqual({});
  });

  test(`a session that ${writer} wrote is what ${reader} reads`, async () => {
    const { first, second } = open();
    const session = sessionOf({ user: 'Ada', list: [1, { deep: null }] });
    await resultOf((done) => first.set('id', session, done));
    expect(await resultOf((done) => second.get('id', done))).toEqual(written(session));
  });

  test(`a session that ${writer} wrote lives longer after ${reader} touched it`, async () => {
    const { first, second, raw } = open();
    const session = sessionOf({ user: 'Ada' }, MINUTE);
    await resultOf((done) => first.set('id', session, done));
    expect(Number(await raw('PTTL', 'id'))).toBeLessThanOrEqual(MINUTE + 1000);
    await resultOf((done) => second.touch('id', sessionOf({}, 60 * MINUTE), done));
    expect(Number(await raw('PTTL', 'id'))).toBeGreaterThan(59 * MINUTE);
    expect(await resultOf((done) => first.get('id', done))).toEqual(written(session));
  });

  test(`a session that ${writer} wrote is gone after ${reader} destroyed it`, async () => {
    const { first, second } = open();
    await resultOf((done) => first.set('id', sessionOf(), done));
    await resultOf((done) => first.set('other', sessionOf(), done));
    await resultOf((done) => second.destroy('id', done));
    expect(await resultOf((done) => first.get('id', done))).not.toEqual(expect.anything());
    expect(await resultOf((done) => first.ids(done))).toEqual(['other']);
  });

  test(`a session that ${writer} wrote is gone after ${reader} saved it with a past expiry`, async () => {
    const { first, second, raw } = open();
    await resultOf((done) => first.set('id', sessionOf(), done));
    await resultOf((done) => second.set('id', sessionOf({}, -MINUTE), done));
    expect(await raw('EXISTS', 'id')).toBe(0);
  });

  test(`every session that ${writer} wrote is gone after ${reader} cleared`, async () => {
    const { first, second } = open();
    for (const id of ['a', 'b', 'c']) {
      await resultOf((done) => first.set(id, sessionOf(), done));
    }
    expect(await resultOf((done) => first.length(done))).toBe(3);
    await resultOf((done) => second.clear(done));
    expect(await resultOf((done) => first.length(done))).toBe(0);
  });
}
