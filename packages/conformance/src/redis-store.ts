import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import {
  type HoldfastErrorCode,
  type RedisLike,
  RedisStore,
  type StoreOptions,
} from '@holdfast/core';
import type { SessionData } from 'express-session';
import {
  type Fixture,
  fixtureOf,
  type Runner,
  type SubjectFactory,
  until,
  withMethods,
} from './subject.ts';

type Options = Partial<StoreOptions<SessionData>>;

const MINUTE = 60_000;

/** Tests that a session store on a `RedisLike` does what express-session and its users ask of it. */
export function describeRedisStore(runner: Runner, name: string, factory: SubjectFactory): void {
  runner.describe(`RedisStore on ${name}`, () => {
    const fixture = fixtureOf(runner, factory);
    describeMethods(runner, fixture);
    describeExpiry(runner, fixture);
    describeTouch(runner, fixture);
    describeConcurrency(runner, fixture);
    describeUnreadable(runner, fixture);
    describeSerializer(runner, fixture);
    describeListing(runner, fixture);
  });
}

/** A store with a prefix of its own, and ways to look past it. */
function storeOn(fixture: Fixture, options: Options = {}) {
  const prefix = options.prefix ?? fixture.fresh();
  return {
    prefix,
    store: new RedisStore({ client: fixture.redis, ...options, prefix }),
    raw: (command: string, id: string, ...args: string[]) =>
      fixture.raw(command, prefix + id, ...args),
    pttl: async (id: string) => Number(await fixture.raw('PTTL', prefix + id)),
    exists: async (id: string) => Number(await fixture.raw('EXISTS', prefix + id)) === 1,
  };
}

/** A session as express-session gives it to a store; without a maximal age, its cookie has no expiry. */
function sessionOf(fields: object = {}, maxAge: number | null = MINUTE): SessionData {
  const expires = maxAge === null ? null : new Date(Date.now() + maxAge);
  return { cookie: { originalMaxAge: maxAge, expires }, ...fields } as SessionData;
}

function sessionUntil(expires: unknown): SessionData {
  return { cookie: { originalMaxAge: null, expires } } as SessionData;
}

/** What a session is after it went through JSON. */
function written(session: SessionData): unknown {
  return JSON.parse(JSON.stringify(session));
}

function hasCode(code: HoldfastErrorCode, message: RegExp = /./) {
  return (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.equal(Reflect.get(error, 'code'), code);
    assert.match(error.message, message);
    return true;
  };
}

function assertTtl(actual: number, ttlMs: number): void {
  assert.ok(actual <= ttlMs && actual > ttlMs - 900, `PTTL is ${actual}, not about ${ttlMs}`);
}

function describeMethods({ describe, test }: Runner, fixture: Fixture): void {
  describe('its methods', () => {
    test('read back what they stored, as plain JSON under prefix and id', async () => {
      const { store, raw } = storeOn(fixture);
      const session = sessionOf({ views: 1, user: { name: 'Ada' }, list: [], nothing: null });
      await store.set('id', session);
      assert.deepEqual(await store.get('id'), written(session));
      assert.equal(await raw('GET', 'id'), JSON.stringify(session));
    });

    test('answer null for an id that nothing is stored under', async () => {
      assert.equal(await storeOn(fixture).store.get('id'), null);
    });

    test('replace what was stored', async () => {
      const { store } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const second = sessionOf({ name: 'second' });
      await store.set('id', second);
      assert.deepEqual(await store.get('id'), written(second));
    });

    test('destroy one session, and none without an error', async () => {
      const { store, exists } = storeOn(fixture);
      await store.set('mine', sessionOf());
      await store.set('other', sessionOf());
      await store.destroy('mine');
      await store.destroy('mine');
      assert.equal(await store.get('mine'), null);
      assert.equal(await exists('other'), true);
    });

    test('take a callback, answer nothing then, and call it once', async () => {
      const { store } = storeOn(fixture);
      const session = sessionOf({ views: 1 });
      const calls: [string, (done: (...args: unknown[]) => void) => unknown, unknown][] = [
        ['set', (done) => store.set('id', session, done), undefined],
        ['touch', (done) => store.touch('id', session, done), undefined],
        ['get', (done) => store.get('id', done), written(session)],
        ['length', (done) => store.length(done), 1],
        ['ids', (done) => store.ids(done), ['id']],
        ['all', (done) => store.all(done), [{ ...Object(written(session)), id: 'id' }]],
        ['destroy', (done) => store.destroy('id', done), undefined],
        ['clear', (done) => store.clear(done), undefined],
        ['get', (done) => store.get('id', done), null],
      ];
      for (const [name, call, expected] of calls) {
        const received: unknown[][] = [];
        assert.equal(
          call((...args) => received.push(args)),
          undefined,
          name,
        );
        await until(async () => received.length > 0);
        await store.length();
        assert.deepEqual(received, [[null, expected]], name);
      }
    });

    test('give an error to the callback once, when the client fails', async () => {
      const failure = new Error('the client failed');
      const fail = () => Promise.reject(failure);
      const client = withMethods(fixture.redis, {
        get: fail,
        set: fail,
        expire: fail,
        del: fail,
        scan: async function* () {
          yield await fail();
        },
      });
      const { store } = storeOn(fixture, { client });
      const calls: ((done: (...args: unknown[]) => void) => unknown)[] = [
        (done) => store.get('id', done),
        (done) => store.set('id', sessionOf(), done),
        (done) => store.touch('id', sessionOf(), done),
        (done) => store.destroy('id', done),
        (done) => store.clear(done),
        (done) => store.length(done),
        (done) => store.ids(done),
        (done) => store.all(done),
      ];
      for (const call of calls) {
        const received: unknown[][] = [];
        assert.equal(
          call((...args) => received.push(args)),
          undefined,
        );
        await until(async () => received.length > 0);
        assert.deepEqual(received, [[failure]]);
      }
      await assert.rejects(store.get('id'), (error) => error === failure);
    });

    test('refuse an id that is no text or empty, and store nothing', async () => {
      const { store } = storeOn(fixture);
      for (const id of ['', undefined, null, 7, {}, ['id']] as string[]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /session id must be a string/);
        await assert.rejects(store.get(id), refused);
        await assert.rejects(store.set(id, sessionOf()), refused);
        await assert.rejects(store.touch(id, sessionOf()), refused);
        await assert.rejects(store.destroy(id), refused);
      }
      assert.equal(await store.length(), 0);
    });

    test('refuse what is no session, and leave what is stored', async () => {
      const { store, raw } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const before = await raw('GET', 'id');
      for (const session of [
        undefined,
        null,
        'text',
        [],
        { cookie: null },
      ] as unknown as SessionData[]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /session.* must be an object/);
        await assert.rejects(store.set('id', session), refused);
        await assert.rejects(store.touch('id', session), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
    });
  });
}

function describeExpiry({ describe, test }: Runner, fixture: Fixture): void {
  describe('its sessions', () => {
    test("live until their cookie's expiry, to the millisecond", async () => {
      const { store, pttl } = storeOn(fixture, { ttl: 5 });
      await store.set('id', sessionOf({}, 12_999));
      assertTtl(await pttl('id'), 12_999);
      await store.set('id', sessionUntil(new Date(Date.now() + MINUTE).toISOString()));
      assertTtl(await pttl('id'), MINUTE);
    });

    test('are gone after that', async () => {
      const { store } = storeOn(fixture);
      await store.set('id', sessionOf({}, 30));
      await until(async () => (await store.get('id')) === null);
      assert.equal(await store.length(), 0);
    });

    test('live for ttl seconds where the cookie has no expiry, a day by default', async () => {
      const { store, pttl } = storeOn(fixture, { ttl: 90 });
      const byDefault = storeOn(fixture);
      for (const session of [sessionOf({}, null), sessionUntil(undefined), sessionUntil(false)]) {
        await store.set('id', session);
        assertTtl(await pttl('id'), 90_000);
        await byDefault.store.set('id', session);
        assertTtl(await byDefault.pttl('id'), 86_400_000);
      }
    });

    test('live as long as a ttl function says, whatever their cookie says', async () => {
      const ttl = (session: SessionData) => (Reflect.get(session, 'admin') ? 60 : 120);
      const { store, pttl } = storeOn(fixture, { ttl });
      await store.set('admin', sessionOf({ admin: true }, 5000));
      await store.set('user', sessionOf());
      assertTtl(await pttl('admin'), 60_000);
      assertTtl(await pttl('user'), 120_000);
    });

    test('live without end with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });

    test('whose expiry is too far for Redis live as long as Redis lets them', async () => {
      const far = Number.MAX_SAFE_INTEGER;
      const stores = [{}, { ttl: far }, { ttl: () => far }];
      for (const options of stores) {
        const { store, pttl } = storeOn(fixture, options);
        const session = 'ttl' in options ? sessionOf({}, null) : sessionUntil(new Date(8.64e15));
        await store.set('id', session);
        await store.touch('id', session);
        assert.ok((await pttl('id')) > 86_400_000);
      }
    });

    test('whose expiry is past are destroyed, by set and by touch', async () => {
      for (const options of [{}, { disableTTL: true }, { disableTouch: true }, { ttl: () => 60 }]) {
        const { store, exists } = storeOn(fixture, options);
        for (const method of ['set', 'touch'] as const) {
          await store.set('id', sessionOf());
          await store[method]('id', sessionOf({}, -1000));
          assert.equal(await exists('id'), false);
        }
      }
    });

    test('whose expiry is no date are refused, and what is stored stays', async () => {
      const { store, raw, pttl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const before = await raw('GET', 'id');
      for (const expires of [
        new Date(Number.NaN),
        'tomorrow',
        true,
        {},
        Number.POSITIVE_INFINITY,
      ]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_EXPIRES', /cookie\.expires must be a date/);
        await assert.rejects(store.set('id', sessionUntil(expires)), refused);
        await assert.rejects(store.touch('id', sessionUntil(expires)), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
      assertTtl(await pttl('id'), MINUTE);
    });

    test('are refused when a ttl function throws or answers no whole seconds, and what is stored stays', async () => {
      const prefix = fixture.fresh();
      const good = storeOn(fixture, { prefix });
      await good.store.set('id', sessionOf({ views: 1 }));
      const before = await good.raw('GET', 'id');
      const answers: unknown[] = [
        0,
        -1,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        '60',
        undefined,
      ];
      const functions = answers.map((answer) => () => answer as number);
      functions.push((async () => 60) as never, () => Promise.reject(new Error('late')) as never);
      functions.push(() => {
        throw new Error('the ttl function failed');
      });
      for (const ttl of functions) {
        const { store } = storeOn(fixture, { prefix, ttl });
        const refused = hasCode('ERR_HOLDFAST_INVALID_TTL', /ttl function/);
        await assert.rejects(store.set('id', sessionOf()), refused);
        await assert.rejects(store.touch('id', sessionOf()), refused);
      }
      assert.equal(await good.raw('GET', 'id'), before);
      assertTtl(await good.pttl('id'), MINUTE);
    });
  });
}

function describeTouch({ describe, test }: Runner, fixture: Fixture): void {
  describe('its touch', () => {
    test('puts off the end of a session and leaves its content alone', async () => {
      const { store, raw, pttl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }, 5000));
      const before = await raw('GET', 'id');
      await store.touch('id', sessionOf({ views: 2 }, MINUTE));
      assertTtl(await pttl('id'), MINUTE);
      assert.equal(await raw('GET', 'id'), before);
    });

    test('of a missing session is no error and makes nothing', async () => {
      const { store, exists } = storeOn(fixture);
      await store.touch('id', sessionOf());
      assert.equal(await exists('id'), false);
    });

    test('does nothing with disableTouch, while a save does', async () => {
      const { store, pttl } = storeOn(fixture, { disableTouch: true });
      await store.set('id', sessionOf({}, 5000));
      await store.touch('id', sessionOf());
      assertTtl(await pttl('id'), 5000);
      await store.set('id', sessionOf());
      assertTtl(await pttl('id'), MINUTE);
    });

    test('does nothing with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      await store.touch('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });
  });
}

/** Reads a session that is there, as a request does. */
async function loaded(store: RedisStore, id = 'id'): Promise<SessionData> {
  const session = await store.get(id);
  assert.ok(session !== null, `There is no session ${id}.`);
  return session;
}

/** The fields of what is stored now, without the cookie. */
async function storedFields(store: RedisStore, id = 'id'): Promise<unknown> {
  const { cookie: _, ...fields } = await loaded(store, id);
  return fields;
}

/** Writes the same session as another text each time, as encryption does. */
const SALTED = {
  stringify: (session: SessionData) => `${randomUUID()} ${JSON.stringify(session)}`,
  parse: (text: string) => JSON.parse(text.slice(text.indexOf(' '))),
};

function describeConcurrency({ describe, test }: Runner, fixture: Fixture): void {
  for (const [serializing, serializer] of [
    ['', JSON],
    [' with a serializer whose text differs each time', SALTED],
  ] as const) {
    describe(`its concurrent writers${serializing}`, () => {
      const stores = (options: Options = {}) => storeOn(fixture, { serializer, ...options });
      /** Two stores of the same sessions, as two processes have them, and what one of them stored. */
      const twoStores = async (fields: object, options: Options = {}) => {
        const one = stores(options);
        const other = stores({ ...options, prefix: one.prefix });
        await one.store.set('id', sessionOf(fields));
        return { ...one, other: other.store };
      };

      test('keep the fields that each of them changed, added and deleted', async () => {
        const { store, other } = await twoStores({ a: 1, b: 1, mine: 1, theirs: 1, list: [] });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        Object.assign(theirs, { b: 2, d: [] });
        Reflect.deleteProperty(theirs, 'theirs');
        Object.assign(mine, { a: 2, c: 1 });
        Reflect.deleteProperty(mine, 'mine');
        await other.set('id', theirs);
        await store.set('id', mine);
        assert.deepEqual(await storedFields(store), { a: 2, b: 2, c: 1, d: [], list: [] });
      });

      test('of one store do so as well, also all at once', async () => {
        const { store } = await twoStores({ a: 1 });
        const sessions = await Promise.all(Array.from({ length: 20 }, () => loaded(store)));
        const saves = sessions.map((session, index) =>
          store.set('id', Object.assign(session, { [`field${index}`]: index })),
        );
        await Promise.all(saves);
        const expected = sessions.map((_, index) => [`field${index}`, index]);
        assert.deepEqual(await storedFields(store), { a: 1, ...Object.fromEntries(expected) });
      });

      test("leave the others' changes alone when they save once more", async () => {
        const { store, other } = await twoStores({ a: 1, b: 1 });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { b: 2, c: 2 }));
        await store.set('id', Object.assign(mine, { a: 2 }));
        await store.set('id', mine);
        await store.set('id', Object.assign(mine, { d: 1 }));
        assert.deepEqual(await storedFields(store), { a: 2, b: 2, c: 2, d: 1 });
      });

      test('that change the same field: the later save wins', async () => {
        const { store, other } = await twoStores({ a: 1 });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { a: 'theirs' }));
        await store.set('id', Object.assign(mine, { a: 'mine' }));
        assert.deepEqual(await storedFields(store), { a: 'mine' });
      });

      test('that change the same field are settled by resolve', async () => {
        const asked: unknown[][] = [];
        const resolve = (...args: unknown[]) => {
          asked.push(args);
          return args[0] === 'gone' ? undefined : 'resolved';
        };
        const { store, other } = await twoStores({ a: { n: 1 }, gone: 1, same: 1 }, { resolve });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { a: { n: 3 }, gone: 3, same: 2 }));
        await store.set('id', Object.assign(mine, { a: { n: 2 }, gone: 2, same: 2 }));
        assert.deepEqual(asked.sort(), [
          ['a', { n: 1 }, { n: 2 }, { n: 3 }],
          ['gone', 1, 2, 3],
        ]);
        assert.deepEqual(await storedFields(store), { a: 'resolved', same: 2 });
      });

      test('store nothing where the session was destroyed, and say so without its id', async () => {
        const { store, other, exists } = await twoStores({ a: 1 });
        const mine = await loaded(store);
        await other.destroy('id');
        const dropped: unknown[] = [];
        store.on('dropped', (save) => dropped.push(save));
        await store.set('id', Object.assign(mine, { a: 2 }));
        await store.touch('id', mine);
        await store.set('id', mine);
        assert.equal(await exists('id'), false);
        const save = { idHash: createHash('sha256').update('id').digest('hex'), reason: 'gone' };
        assert.deepEqual(dropped, [save, save]);
      });

      test('replace everything with an object that was never read', async () => {
        const { store, other } = await twoStores({ a: 1, b: 1 });
        await other.set('id', sessionOf({ c: 1 }));
        assert.deepEqual(await storedFields(store), { c: 1 });
        await other.destroy('id');
        await store.set('id', sessionOf({ d: 1 }));
        assert.deepEqual(await storedFields(store), { d: 1 });
      });

      test('replace everything, and revive what was destroyed, with concurrency overwrite', async () => {
        const overwrite = { concurrency: 'overwrite' } as const;
        const { store, other } = await twoStores({ a: 1, b: 1 }, overwrite);
        const mine = await loaded(store);
        await other.set('id', Object.assign(await loaded(other), { b: 2, c: 2 }));
        await store.set('id', Object.assign(mine, { a: 2 }));
        assert.deepEqual(await storedFields(store), { a: 2, b: 1 });
        await other.destroy('id');
        await store.set('id', mine);
        assert.deepEqual(await storedFields(store), { a: 2, b: 1 });
      });

      test('touch: the cookie that is stored agrees with the end of the key', async () => {
        const { store, pttl } = await twoStores({ a: 1 });
        const mine = await loaded(store);
        mine.cookie.expires = new Date(Date.now() + 2 * MINUTE);
        await store.touch('id', mine);
        const { cookie } = await loaded(store);
        const remaining = new Date(cookie.expires ?? 0).getTime() - Date.now();
        assert.ok(Math.abs(remaining - (await pttl('id'))) < 100);
        assertTtl(await pttl('id'), 2 * MINUTE);
        assert.deepEqual(await storedFields(store), { a: 1 });
      });

      test("touch: the others' fields stay, and the end of the key moves", async () => {
        const { store, other, pttl } = await twoStores({ a: 1 });
        const mine = await loaded(store);
        await other.set('id', Object.assign(await loaded(other), { a: 2, b: 2 }));
        mine.cookie.expires = new Date(Date.now() + 2 * MINUTE);
        await store.touch('id', mine);
        assert.deepEqual(await storedFields(store), { a: 2, b: 2 });
        assertTtl(await pttl('id'), 2 * MINUTE);
      });

      test('touch: a longer life that another has set meanwhile stays', async () => {
        const { store, other, pttl } = await twoStores({});
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        const hour = { originalMaxAge: 60 * MINUTE, expires: new Date(Date.now() + 60 * MINUTE) };
        Object.assign(theirs.cookie, hour);
        await other.set('id', theirs);
        mine.cookie.expires = new Date(Date.now() + MINUTE);
        await store.touch('id', mine);
        assertTtl(await pttl('id'), 60 * MINUTE);
        assert.equal((await loaded(store)).cookie.originalMaxAge, 60 * MINUTE);
      });

      test('update: none of 100 changes at once is lost', async () => {
        const { store, other } = await twoStores({ n: 0, kept: [] });
        const increment = (session: SessionData) => {
          Reflect.set(session, 'n', Number(Reflect.get(session, 'n')) + 1);
        };
        const updates = Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? store : other).update('id', increment),
        );
        for (const session of await Promise.all(updates)) assert.ok(session !== null);
        assert.deepEqual(await storedFields(store), { n: 100, kept: [] });
      });

      test('update: answers what it stored, also of an async change', async () => {
        const { store } = await twoStores({ n: 1 });
        const session = await store.update('id', async (current) => {
          await store.get('id');
          Object.assign(current, { n: 2 });
        });
        assert.deepEqual(session && written(session), await loaded(store));
        assert.deepEqual(await storedFields(store), { n: 2 });
      });

      test('update: null for a missing session, which no change is asked about', async () => {
        const { store, exists } = stores();
        const session = await store.update('id', () => assert.fail('The change was called.'));
        assert.equal(session, null);
        assert.equal(await exists('id'), false);
      });

      test('update: stores nothing where the change throws', async () => {
        const { store, raw } = await twoStores({ n: 1 });
        const before = await raw('GET', 'id');
        const failure = new Error('no');
        const failing = [
          (session: SessionData) => {
            Object.assign(session, { n: 2 });
            throw failure;
          },
          async (session: SessionData) => {
            Object.assign(session, { n: 2 });
            throw failure;
          },
        ];
        for (const change of failing) {
          await assert.rejects(store.update('id', change), (error) => error === failure);
        }
        assert.equal(await raw('GET', 'id'), before);
      });

      test('update: a session lives on whose cookie says that it ended, as connect-redis touches it', async () => {
        const { store, raw, pttl } = stores();
        const session = sessionOf({ n: 1 }, -1000);
        session.cookie.originalMaxAge = MINUTE;
        await raw('SET', 'id', serializer.stringify(session), 'PX', '5000');
        const change = (current: SessionData) => Object.assign(current, { n: 2 });
        assert.notEqual(await store.update('id', change), null);
        assert.deepEqual(await storedFields(store), { n: 2 });
        assertTtl(await pttl('id'), MINUTE);
      });
    });
  }
}

/** Texts that no store wrote: not JSON, not an object, and what express-session cannot take. */
const CORRUPT = [
  '',
  'secret {',
  '"secret"',
  'null',
  '7',
  '["secret"]',
  '{"cookie":null}',
  '{"cookie":{"originalMaxAge":"secret"}}',
  '{"cookie":{"originalMaxAge":true}}',
  '{"cookie":{"maxAge":"secret"}}',
  '{"cookie":"secret"}',
];

function describeUnreadable({ describe, test }: Runner, fixture: Fixture): void {
  describe('its unreadable values', () => {
    test('are an error on get that names the key but not the content', async () => {
      const { store, raw, prefix } = storeOn(fixture);
      for (const text of CORRUPT) {
        await raw('SET', 'id', text);
        await assert.rejects(store.get('id'), (error: Error & { key?: string }) => {
          hasCode('ERR_HOLDFAST_CORRUPT')(error);
          assert.equal(error.key, `${prefix}id`);
          assert.ok(error.message.includes(`${prefix}id`));
          assert.ok(!`${error.stack}${error.cause}`.includes('secret'));
          return true;
        });
      }
    });

    test('of another Redis type are an error on get', async () => {
      const { store, raw, prefix } = storeOn(fixture);
      await raw('RPUSH', 'id', 'item');
      await assert.rejects(store.get('id'), (error: Error & { key?: string }) => {
        hasCode('ERR_HOLDFAST_WRONG_TYPE')(error);
        assert.equal(error.key, `${prefix}id`);
        return true;
      });
    });

    test('are not a cookie whose ages are numbers, null, false or missing', async () => {
      const { store, raw } = storeOn(fixture);
      for (const cookie of [
        {},
        { originalMaxAge: null },
        { originalMaxAge: false },
        { maxAge: 5 },
      ]) {
        await raw('SET', 'id', JSON.stringify({ cookie }));
        assert.deepEqual(await store.get('id'), { cookie });
      }
    });

    test('can be written over and destroyed', async () => {
      const { store, raw, exists } = storeOn(fixture);
      await raw('RPUSH', 'list', 'item');
      await store.set('list', sessionOf({ views: 1 }));
      assert.equal(Reflect.get(Object(await store.get('list')), 'views'), 1);
      await raw('RPUSH', 'other', 'item');
      await store.destroy('other');
      assert.equal(await exists('other'), false);
    });

    test('are left out of all and sessions, each with a warning', async () => {
      const { store, raw, prefix } = storeOn(fixture);
      await store.set('good', sessionOf());
      await raw('SET', 'corrupt', 'secret {');
      await raw('RPUSH', 'list', 'item');
      const warnings: { code: string; key: string }[] = [];
      store.on('warning', ({ code, key }) => warnings.push({ code, key }));
      const all = await store.all();
      assert.deepEqual(
        all.map(({ id }) => id),
        ['good'],
      );
      assert.deepEqual(
        warnings.sort((a, b) => a.key.localeCompare(b.key)),
        [
          { code: 'ERR_HOLDFAST_CORRUPT', key: `${prefix}corrupt` },
          { code: 'ERR_HOLDFAST_WRONG_TYPE', key: `${prefix}list` },
        ],
      );
    });

    test('harm nobody who does not listen', async () => {
      const { store, raw } = storeOn(fixture);
      await raw('SET', 'corrupt', '{');
      assert.deepEqual(await store.all(), []);
    });
  });
}

function describeSerializer({ describe, test }: Runner, fixture: Fixture): void {
  const reversed = (text: string) => [...text].reverse().join('');

  describe('its serializer', () => {
    test('writes and reads, at once or later', async () => {
      const now = {
        stringify: (session: SessionData) => reversed(JSON.stringify(session)),
        parse: (text: string) => JSON.parse(reversed(text)),
      };
      const later = {
        stringify: async (session: SessionData) => now.stringify(session),
        parse: async (text: string) => now.parse(text),
      };
      for (const serializer of [now, later]) {
        const { store, raw } = storeOn(fixture, { serializer });
        const session = sessionOf({ views: 1 });
        await store.set('id', session);
        assert.equal(await raw('GET', 'id'), now.stringify(session));
        assert.deepEqual(await store.get('id'), written(session));
        assert.deepEqual(await store.all(), [{ ...Object(written(session)), id: 'id' }]);
      }
    });

    test('that fails to write is an error with its cause, and what is stored stays', async () => {
      const prefix = fixture.fresh();
      const { store: good, raw } = storeOn(fixture, { prefix });
      await good.set('id', sessionOf({ views: 1 }));
      const before = await raw('GET', 'id');
      const cause = new Error('no');
      const failing = [
        () => {
          throw cause;
        },
        () => Promise.reject(cause),
      ];
      for (const stringify of failing) {
        const serializer = { stringify, parse: JSON.parse };
        const { store } = storeOn(fixture, { prefix, serializer });
        await assert.rejects(store.set('id', sessionOf()), (error: Error) => {
          hasCode('ERR_HOLDFAST_SERIALIZE')(error);
          assert.equal(error.cause, cause);
          return true;
        });
        const received: unknown[][] = [];
        store.set('id', sessionOf(), (...args) => received.push(args));
        await until(async () => received.length > 0);
        assert.equal(received.length, 1);
      }
      for (const answer of [undefined, null, 7, {}, Buffer.from('{}')] as unknown as string[]) {
        const serializer = { stringify: () => answer, parse: JSON.parse };
        const { store } = storeOn(fixture, { prefix, serializer });
        const refused = hasCode('ERR_HOLDFAST_SERIALIZE', /must answer a string/);
        await assert.rejects(store.set('id', sessionOf()), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
    });

    test('that fails to read is an unreadable value', async () => {
      const prefix = fixture.fresh();
      await storeOn(fixture, { prefix }).store.set('id', sessionOf());
      const failing = [
        () => {
          throw new Error('no');
        },
        () => Promise.reject(new Error('no')),
        () => undefined as unknown as SessionData,
      ];
      for (const parse of failing) {
        const serializer = { stringify: JSON.stringify, parse };
        const { store } = storeOn(fixture, { prefix, serializer });
        await assert.rejects(store.get('id'), hasCode('ERR_HOLDFAST_CORRUPT'));
        assert.deepEqual(await store.all(), []);
      }
    });
  });
}

/** A client that notes how many keys each command was given. */
function counting(redis: RedisLike): { client: RedisLike; mget: number[]; del: number[] } {
  const [mget, del]: [number[], number[]] = [[], []];
  const client = withMethods(redis, {
    mget(keys) {
      mget.push(keys.length);
      return redis.mget(keys);
    },
    del(keys) {
      del.push(keys.length);
      return redis.del(keys);
    },
  });
  return { client, mget, del };
}

async function fill(store: RedisStore, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `id${index}`);
  await Promise.all(ids.map((id, index) => store.set(id, sessionOf({ index }))));
  return ids.sort();
}

function describeListing({ describe, test }: Runner, fixture: Fixture): void {
  describe('its listing', () => {
    test('answers every session once, and its id', async () => {
      const { store } = storeOn(fixture, { scanCount: 10 });
      const ids = await fill(store, 250);
      assert.equal(await store.length(), 250);
      assert.deepEqual((await store.ids()).sort(), ids);
      const all = await store.all();
      assert.deepEqual(all.map(({ id }) => id).sort(), ids);
      for (const session of all) {
        assert.equal(session.id, `id${Reflect.get(session, 'index')}`);
        assert.equal(session.cookie.originalMaxAge, MINUTE);
      }
    });

    test('answers every session once, also when the scan answers keys twice', async () => {
      const client = withMethods(fixture.redis, {
        async *scan(match, count) {
          yield* fixture.redis.scan(match, count);
          yield* fixture.redis.scan(match, count);
        },
      });
      const { store } = storeOn(fixture, { client, scanCount: 10 });
      const ids = await fill(store, 25);
      assert.equal(await store.length(), 25);
      assert.deepEqual((await store.ids()).sort(), ids);
      assert.deepEqual((await store.all()).map(({ id }) => id).sort(), ids);
    });

    test('answers nothing where there is nothing', async () => {
      const { store } = storeOn(fixture);
      assert.equal(await store.length(), 0);
      assert.deepEqual(await store.ids(), []);
      assert.deepEqual(await store.all(), []);
      await store.clear();
    });

    test('leaves out what ends during the scan', async () => {
      const prefix = fixture.fresh();
      const client = withMethods(fixture.redis, {
        async *scan(match, count) {
          for await (const keys of fixture.redis.scan(match, count)) {
            await fixture.redis.del([`${prefix}id0`, `${prefix}id1`]);
            yield keys;
          }
        },
      });
      const { store } = storeOn(fixture, { client, prefix });
      await fill(store, 4);
      const warnings: unknown[] = [];
      store.on('warning', (warning) => warnings.push(warning));
      const all = await store.all();
      assert.deepEqual(all.map(({ id }) => id).sort(), ['id2', 'id3']);
      assert.deepEqual(warnings, []);
    });

    for (const character of ['*', '?', '[', ']', '^', '-', '\\', '[a-z]', '\\*']) {
      test(`keeps to its own keys with ${character} in the prefix`, async () => {
        const beginning = fixture.fresh();
        const own = `a${character}b:`;
        const { store, exists } = storeOn(fixture, { prefix: beginning + own });
        const others = ['ab:', 'axb:', 'a:b:', 'amb:', 'a\\b:', 'a*b:', 'b:']
          .filter((ending) => ending !== own)
          .map((ending) => storeOn(fixture, { prefix: beginning + ending }));
        for (const other of others) await other.store.set('other', sessionOf());
        await store.set('mine', sessionOf());
        assert.equal(await store.length(), 1);
        assert.deepEqual(await store.ids(), ['mine']);
        assert.equal((await store.all()).length, 1);
        await store.clear();
        assert.equal(await exists('mine'), false);
        for (const other of others) assert.equal(await other.exists('other'), true);
      });
    }

    test('clears every session and nothing else', async () => {
      const { store } = storeOn(fixture, { scanCount: 10 });
      const other = storeOn(fixture);
      await other.store.set('id', sessionOf());
      await fill(store, 250);
      await store.clear();
      assert.equal(await store.length(), 0);
      assert.equal(await other.exists('id'), true);
    });

    test('gives no command more than scanCount keys, and few commands too few', async () => {
      const { client, mget, del } = counting(fixture.redis);
      const { store } = storeOn(fixture, { client, scanCount: 10 });
      await fill(store, 95);
      await store.all();
      await store.clear();
      assert.deepEqual(mget, [10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
      assert.deepEqual(del, mget);
    });

    test('is read a batch at a time by sessions', async () => {
      const { client, mget } = counting(fixture.redis);
      const { store } = storeOn(fixture, { client, scanCount: 10 });
      const ids = await fill(store, 30);
      const seen: string[] = [];
      for await (const { id, session } of store.sessions()) {
        seen.push(id);
        assert.equal(id, `id${Reflect.get(session, 'index')}`);
        assert.equal(mget.length, Math.ceil(seen.length / 10));
      }
      assert.deepEqual(seen.sort(), ids);
    });
  });
}
