import { randomUUID } from 'node:crypto';
import type { SessionWithId } from '@holdfast/core';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { Browser, serve } from '../support/session-app.ts';
import {
  connectRedis,
  holdfast,
  type SessionStore,
  type StoreMaker,
  type StoreOptions,
} from '../support/migrating/session-stores.ts';

const MINUTE = 60_000;

/** How long a busy machine may take for a command, where a time is compared with the clock. */
const SLACK_MS = 900;

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

for (const [theirName, openTheirs] of Object.entries(connectRedis)) {
  for (const [ourName, openOurs] of Object.entries(holdfast)) {
    describe(`${ourName} and ${theirName}`, () => {
      const makers: StoreMaker[] = [];
      beforeAll(async () => {
        makers.push(await openOurs(redis.url), await openTheirs(redis.url));
      });
      afterAll(() => Promise.all(makers.map((maker) => maker.close())));

      describeAgreement((options) => pairOf(makers, options));
      describeExchange(ourName, theirName, () => pairOf(makers));
      describeExchange(theirName, ourName, () => pairOf(makers.toReversed()));
    });
  }
}

/** Two stores on the same keys. */
interface Pair {
  first: SessionStore;
  second: SessionStore;
  /** Sends a command of one key, past both stores. */
  raw(command: string, id: string): Promise<unknown>;
}

/** The options of both stores, and whether they leave out `prefix`; else no other test uses the prefix. */
type PairOptions = StoreOptions & { byDefault?: boolean };

function pairOf(makers: StoreMaker[], { byDefault = false, ...options }: PairOptions = {}): Pair {
  const prefix = byDefault ? 'sess:' : `compatibility:${randomUUID()}:`;
  const [first, second] = makers.map((maker) =>
    maker.store(byDefault ? options : { ...options, prefix }),
  );
  if (first === undefined || second === undefined) throw new Error('The stores are not open yet.');
  return { first, second, raw: (command, id) => redis.raw(command, prefix + id) };
}

/** What a store's method gives to its callback. */
function answer<Answer>(
  call: (done: (error?: unknown, answer?: Answer) => void) => unknown,
): Promise<Answer | undefined> {
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

/** What one store answers must not depend on which of the two is asked. */
function describeAgreement(open: (options?: PairOptions) => Pair): void {
  const sessions: Record<string, object> = {
    'no fields': {},
    'fields of every kind of JSON': {
      user: { name: 'Ada', tags: ['a', 1, null, true] },
      visits: 3,
    },
    'text beyond ASCII': { name: 'zażółć 한국어 🦊 \u2028 "quoted" \\ \ud800' },
    'what JSON leaves out or turns into text': {
      gone: undefined,
      at: new Date(0),
      infinite: Number.POSITIVE_INFINITY,
    },
    'an id of its own': { id: 'another' },
  };

  for (const [name, fields] of Object.entries(sessions)) {
    test(`write a session with ${name} byte for byte the same`, async () => {
      const { first, second, raw } = open();
      const session = sessionOf(fields);
      await answer((done) => first.set('first', session, done));
      await answer((done) => second.set('second', session, done));
      const text = await raw('GET', 'first');
      expect(text).toBe(JSON.stringify(session));
      expect(await raw('GET', 'second')).toBe(text);
    });
  }

  test('write the same text again that they read', async () => {
    const { first, second, raw } = open();
    await answer((done) => first.set('id', sessionOf({ user: 'Ada' }), done));
    const text = await raw('GET', 'id');
    for (const store of [second, first]) {
      const read = await answer<SessionData | null>((done) => store.get('id', done));
      if (!read) throw new Error('The session is gone.');
      await answer((done) => store.set('id', read, done));
      expect(await raw('GET', 'id')).toBe(text);
    }
  });

  test('let a session live until its cookie expires, connect-redis up to a second more', async () => {
    const { first, second, raw } = open();
    const session = sessionOf({}, 10 * MINUTE + 1);
    const expectLifetimes = async () => {
      const [ours, theirs] = await Promise.all([raw('PTTL', 'ours'), raw('PTTL', 'theirs')]);
      const left = Number(session.cookie.expires) - Date.now();
      expect(ours).toBeGreaterThan(left - 10);
      expect(ours).toBeLessThan(left + SLACK_MS);
      expect(theirs).toBeGreaterThan(left - 10);
      expect(theirs).toBeLessThan(left + 1000 + SLACK_MS);
    };
    await answer((done) => first.set('ours', session, done));
    await answer((done) => second.set('theirs', session, done));
    await expectLifetimes();
    session.cookie.expires = new Date(Date.now() + 20 * MINUTE);
    await answer((done) => first.touch('ours', session, done));
    await answer((done) => second.touch('theirs', session, done));
    await expectLifetimes();
  });

  test('let a session whose cookie has no expiry live for ttl seconds, a day by default', async () => {
    const session = sessionOf({}, null);
    for (const [options, ttlMs] of [
      [{ ttl: 90 }, 90_000],
      [{}, 86_400_000],
    ] as const) {
      const { first, second, raw } = open(options);
      await answer((done) => first.set('first', session, done));
      await answer((done) => second.set('second', session, done));
      for (const id of ['first', 'second']) {
        const left = Number(await raw('PTTL', id));
        expect(left).toBeLessThanOrEqual(ttlMs);
        expect(left).toBeGreaterThan(ttlMs - SLACK_MS);
        await raw('DEL', id);
      }
    }
  });

  test('let a session live without end with disableTTL', async () => {
    const { first, second, raw } = open({ disableTTL: true });
    await answer((done) => first.set('first', sessionOf(), done));
    await answer((done) => second.set('second', sessionOf(), done));
    for (const id of ['first', 'second']) {
      expect(await raw('PTTL', id)).toBe(-1);
      await raw('DEL', id);
    }
  });

  test('put off no end with disableTouch', async () => {
    const { first, second, raw } = open({ disableTouch: true });
    for (const store of [first, second]) {
      await answer((done) => store.set('id', sessionOf({}, MINUTE), done));
      await answer((done) => store.touch('id', sessionOf({}, 60 * MINUTE), done));
      expect(Number(await raw('PTTL', 'id'))).toBeLessThanOrEqual(MINUTE + 1000);
    }
  });

  test('use the same keys by default', async () => {
    const { first, second, raw } = open({ byDefault: true });
    const id = randomUUID();
    const session = sessionOf({ user: 'Ada' });
    await answer((done) => first.set(id, session, done));
    expect(await answer((done) => second.get(id, done))).toEqual(written(session));
    expect(await raw('DEL', id)).toBe(1);
  });

  test('list the same sessions, whoever wrote them', async () => {
    const { first, second } = open();
    const ids = Array.from({ length: 250 }, (_, index) => `id${index}`).sort();
    for (const [index, id] of ids.entries()) {
      const store = index % 2 === 0 ? first : second;
      await answer((done) => store.set(id, sessionOf({ visits: index }), done));
    }
    const listed = async (store: SessionStore) => ({
      length: await answer((done) => store.length(done)),
      ids: (await answer<string[]>((done) => store.ids(done)))?.sort(),
      all: (await answer<SessionWithId[]>((done) => store.all(done)))?.sort(byId),
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

/** What one store does to a session must be what the other finds. */
function describeExchange(writer: string, reader: string, open: () => Pair): void {
  test(`somebody who signed in on ${writer} is signed in on ${reader}, and back`, async () => {
    const { first, second } = open();
    await using one = await serve(first);
    await using other = await serve(second);
    const browser = new Browser();
    await browser.post(one, '/sign-in', { user: 'Ada' });
    expect(await browser.get(other, '/')).toEqual({ user: 'Ada', visits: 0 });
    expect(await browser.post(other, '/visit')).toEqual({ user: 'Ada', visits: 1 });
    expect(await browser.post(one, '/visit')).toEqual({ user: 'Ada', visits: 2 });
    expect(await browser.get(other, '/')).toEqual({ user: 'Ada', visits: 2 });
    expect(await answer((done) => first.length(done))).toBe(1);
  });

  test(`somebody who signs out on ${reader} is signed out on ${writer}`, async () => {
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
    await answer((done) => first.set('id', session, done));
    expect(await answer((done) => second.get('id', done))).toEqual(written(session));
  });

  test(`a session that ${writer} wrote lives longer when ${reader} touches it`, async () => {
    const { first, second, raw } = open();
    const session = sessionOf({ user: 'Ada' }, MINUTE);
    await answer((done) => first.set('id', session, done));
    expect(Number(await raw('PTTL', 'id'))).toBeLessThanOrEqual(MINUTE + 1000);
    await answer((done) => second.touch('id', sessionOf({}, 60 * MINUTE), done));
    expect(Number(await raw('PTTL', 'id'))).toBeGreaterThan(59 * MINUTE);
    expect(await answer((done) => first.get('id', done))).toEqual(written(session));
  });

  test(`a session that ${writer} wrote is gone when ${reader} destroys it`, async () => {
    const { first, second } = open();
    await answer((done) => first.set('id', sessionOf(), done));
    await answer((done) => first.set('other', sessionOf(), done));
    await answer((done) => second.destroy('id', done));
    expect(await answer((done) => first.get('id', done))).not.toEqual(expect.anything());
    expect(await answer((done) => first.ids(done))).toEqual(['other']);
  });

  test(`a session that ${writer} wrote is gone when ${reader} saves it with a past expiry`, async () => {
    const { first, second, raw } = open();
    await answer((done) => first.set('id', sessionOf(), done));
    await answer((done) => second.set('id', sessionOf({}, -MINUTE), done));
    expect(await raw('EXISTS', 'id')).toBe(0);
  });

  test(`all that ${writer} wrote is gone when ${reader} clears`, async () => {
    const { first, second } = open();
    for (const id of ['a', 'b', 'c']) {
      await answer((done) => first.set(id, sessionOf(), done));
    }
    expect(await answer((done) => first.length(done))).toBe(3);
    await answer((done) => second.clear(done));
    expect(await answer((done) => first.length(done))).toBe(0);
  });
}
