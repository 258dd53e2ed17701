import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { encrypted, type RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import { assertRemaining, type Fixture, type Runner, until } from '../subject.ts';
import { hasCode, MINUTE, type Options, sessionOf, storeOn, written } from './support.ts';

/** Reads an existing session, as a request does. */
async function loaded(store: RedisStore, id = 'id'): Promise<SessionData> {
  const session = await store.get(id);
  assert.ok(session !== null, `There is no session ${id}.`);
  return session;
}

/** Returns the stored fields without the cookie. */
async function storedFields(store: RedisStore, id = 'id'): Promise<unknown> {
  const { cookie: _, ...fields } = await loaded(store, id);
  return fields;
}

/** Writes the same session as a different text each time. */
const ENCRYPTED = encrypted<SessionData>({ keys: [{ id: 'key', key: randomBytes(32) }] });

export function describeConcurrency({ describe, test }: Runner, fixture: Fixture): void {
  for (const [serializing, serializer] of [
    ['', JSON],
    [' with encryption', ENCRYPTED],
  ] as const) {
    describe(`concurrent writers${serializing}`, () => {
      const stores = (options: Options = {}) => storeOn(fixture, { serializer, ...options });
      /** Opens two stores of the same sessions, as two processes do, and stores a session. */
      const twoStores = async (fields: object, options: Options = {}) => {
        const one = stores(options);
        const other = stores({ ...options, prefix: one.prefix });
        await one.store.set('id', sessionOf(fields));
        return { ...one, other: other.store };
      };

      test('keep the fields that each of them changed, added, and deleted', async () => {
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

      test('of one store keep all their fields', async () => {
        const { store } = await twoStores({ a: 1 });
        const sessions = await Promise.all(Array.from({ length: 20 }, () => loaded(store)));
        const saves = sessions.map((session, index) =>
          store.set('id', Object.assign(session, { [`field${index}`]: index })),
        );
        await Promise.all(saves);
        const expected = sessions.map((_, index) => [`field${index}`, index]);
        assert.deepEqual(await storedFields(store), { a: 1, ...Object.fromEntries(expected) });
      });

      test("keep the others' changes in a second save", async () => {
        const { store, other } = await twoStores({ a: 1, b: 1 });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { b: 2, c: 2 }));
        await store.set('id', Object.assign(mine, { a: 2 }));
        await store.set('id', mine);
        await store.set('id', Object.assign(mine, { d: 1 }));
        assert.deepEqual(await storedFields(store), { a: 2, b: 2, c: 2, d: 1 });
      });

      test('that change the same field keep the value of the later save', async () => {
        const { store, other } = await twoStores({ a: 1 });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { a: 'theirs' }));
        await store.set('id', Object.assign(mine, { a: 'mine' }));
        assert.deepEqual(await storedFields(store), { a: 'mine' });
      });

      test('that change the same value get what conflicts returns', async () => {
        const asked: unknown[][] = [];
        const conflicts = ([field = '', ...rest]: readonly string[], ...values: unknown[]) => {
          asked.push([[field, ...rest].join('.'), ...values]);
          return field === 'gone' ? undefined : 'resolved';
        };
        const { store, other } = await twoStores({ a: { n: 1 }, gone: 1, same: 1 }, { conflicts });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { a: { n: 3 }, gone: 3, same: 2 }));
        await store.set('id', Object.assign(mine, { a: { n: 2 }, gone: 2, same: 2 }));
        assert.deepEqual(asked.sort(), [
          ['a.n', 1, 2, 3],
          ['gone', 1, 2, 3],
        ]);
        assert.deepEqual(await storedFields(store), { a: { n: 'resolved' }, same: 2 });
      });

      test('keep what each changes within an object or a list', async () => {
        const { store, other } = await twoStores({ cart: { tea: 1 }, list: [1, 2] });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { cart: { tea: 1, coffee: 1 }, list: [2] }));
        await store.set('id', Object.assign(mine, { cart: { tea: 2 }, list: [1, 2, 3] }));
        assert.deepEqual(await storedFields(store), { cart: { tea: 2, coffee: 1 }, list: [2, 3] });
      });

      test('emit the path of a value that they replace', async () => {
        const { store, other } = await twoStores({ order: { state: 'open' } });
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        await other.set('id', Object.assign(theirs, { order: { state: 'void' } }));
        const conflicts: unknown[] = [];
        store.on('conflict', (conflict) => conflicts.push(conflict));
        await store.set('id', Object.assign(mine, { order: { state: 'paid' } }));
        const handle = createHash('sha256').update('id').digest('hex');
        assert.deepEqual(conflicts, [{ handle, path: ['order', 'state'] }]);
      });

      test('store nothing after the session was destroyed, and emit its handle', async () => {
        const { store, other, exists } = await twoStores({ a: 1 });
        const mine = await loaded(store);
        await other.destroy('id');
        const dropped: unknown[] = [];
        store.on('dropped', (save) => dropped.push(save));
        await store.set('id', Object.assign(mine, { a: 2 }));
        await store.touch('id', mine);
        await store.set('id', mine);
        assert.equal(await exists('id'), false);
        const save = { handle: createHash('sha256').update('id').digest('hex'), reason: 'gone' };
        assert.deepEqual(dropped, [save, save]);
      });

      test('replace everything with an object that they never read', async () => {
        const { store, other } = await twoStores({ a: 1, b: 1 });
        await other.set('id', sessionOf({ c: 1 }));
        assert.deepEqual(await storedFields(store), { c: 1 });
      });

      test('do not restore a session that was ended, with an object that they never read', async () => {
        const { store, other, exists } = await twoStores({ a: 1 });
        const dropped: unknown[] = [];
        store.on('dropped', ({ handle }) => dropped.push(handle));
        await other.destroy('id');
        await store.set('id', sessionOf({ b: 1 }));
        assert.equal(await exists('id'), false);
        assert.deepEqual(dropped, [store.handleOf('id')]);
      });

      test('restore a session with an object that they never read, if ends are not remembered', async () => {
        const { store, other } = await twoStores({ a: 1 }, { rememberEnded: 0 });
        await other.destroy('id');
        await store.set('id', sessionOf({ b: 1 }));
        assert.deepEqual(await storedFields(store), { b: 1 });
      });

      test('replace everything, and revive a destroyed session, with concurrency overwrite', async () => {
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

      test('touch: the stored cookie expires with the key', async () => {
        const { store, prefix, pttl, assertTtl } = await twoStores({ a: 1 });
        const mine = await loaded(store);
        mine.cookie.expires = new Date(Date.now() + 2 * MINUTE);
        await store.touch('id', mine);
        const { cookie } = await loaded(store);
        const remaining = new Date(cookie.expires ?? 0).getTime() - Date.now();
        const left = await pttl('id');
        const elapsedMs = fixture.elapsedMs(prefix);
        // Redis starts to count when it gets the command, which may be late. Two clocks round to whole milliseconds.
        assertRemaining(left, remaining + elapsedMs + 2, 2 * elapsedMs + 2);
        await assertTtl('id', 2 * MINUTE);
        assert.deepEqual(await storedFields(store), { a: 1 });
      });

      test("touch: the others' fields stay, and the expiry moves", async () => {
        const { store, other, assertTtl } = await twoStores({ a: 1 });
        const mine = await loaded(store);
        await other.set('id', Object.assign(await loaded(other), { a: 2, b: 2 }));
        mine.cookie.expires = new Date(Date.now() + 2 * MINUTE);
        await store.touch('id', mine);
        assert.deepEqual(await storedFields(store), { a: 2, b: 2 });
        await assertTtl('id', 2 * MINUTE);
      });

      test('touch: a longer life that another writer stored stays', async () => {
        const { store, other, assertTtl } = await twoStores({});
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        const hour = { originalMaxAge: 60 * MINUTE, expires: new Date(Date.now() + 60 * MINUTE) };
        Object.assign(theirs.cookie, hour);
        await other.set('id', theirs);
        mine.cookie.expires = new Date(Date.now() + MINUTE);
        await store.touch('id', mine);
        await assertTtl('id', 60 * MINUTE);
        assert.equal((await loaded(store)).cookie.originalMaxAge, 60 * MINUTE);
      });

      test('store and destroy in the order of the calls', async () => {
        const { store, exists } = stores();
        const session = sessionOf({ step: 1 });
        const first = store.set('id', session);
        const second = store.set('id', Object.assign(session, { step: 2 }));
        await Promise.all([first, second]);
        assert.deepEqual(await storedFields(store), { step: 2 });
        await Promise.all([store.set('new', sessionOf()), store.destroy('new')]);
        assert.equal(await exists('new'), false);
      });

      test('keep a session alive if another writer extended its life', async () => {
        const { store, other, assertTtl } = await twoStores({});
        const lives = { set: 2 * MINUTE, touch: 3 * MINUTE };
        for (const method of ['set', 'touch'] as const) {
          const [mine, theirs] = [await loaded(store), await loaded(other)];
          theirs.cookie.expires = new Date(Date.now() + lives[method]);
          await other.set('id', Object.assign(theirs, { [method]: 1 }));
          mine.cookie.expires = new Date(Date.now() - 1);
          await store[method]('id', mine);
          await assertTtl('id', lives[method]);
        }
        assert.deepEqual(await storedFields(store), { set: 1, touch: 1 });
      });

      test('end a session by a negative maximum age, even if another writer extended its life', async () => {
        const { store, other } = await twoStores({});
        const [mine, theirs] = [await loaded(store), await loaded(other)];
        theirs.cookie.expires = new Date(Date.now() + 2 * MINUTE);
        await other.set('id', theirs);
        Object.assign(mine.cookie, { originalMaxAge: -1000, expires: new Date(Date.now() - 1000) });
        await store.set('id', mine);
        await until('the session has ended', async () => (await store.get('id')) === null);
      });

      test('reject an async conflicts function, and the stored session stays', async () => {
        const rejecting = () => Promise.reject(new Error('late'));
        for (const conflicts of [async () => [1, 2], rejecting]) {
          const { store, other } = await twoStores({ a: 1 }, { conflicts });
          const [mine, theirs] = [await loaded(store), await loaded(other)];
          await other.set('id', Object.assign(theirs, { a: 2 }));
          const refused = hasCode('ERR_HOLDFAST_INVALID_OPTION', /conflicts/);
          await assert.rejects(store.set('id', Object.assign(mine, { a: 3 })), refused);
          assert.deepEqual(await storedFields(store), { a: 2 });
        }
      });

      test('update: calls the change again if another writer was faster, before it ends the session', async () => {
        const { store, other } = await twoStores({ n: 0 });
        let calls = 0;
        const stored = await store.update('id', async (session) => {
          if (++calls === 1) await other.set('id', Object.assign(await loaded(other), { n: 1 }));
          if (Reflect.get(session, 'n') === 0) session.cookie.expires = new Date(0);
        });
        assert.equal(calls, 2);
        assert.equal(stored && Reflect.get(stored, 'n'), 1);
        assert.deepEqual(await storedFields(store), { n: 1 });
      });

      test('update: loses none of 100 concurrent changes', async () => {
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

      test('update: resolves to what it stored, with an async change, too', async () => {
        const { store } = await twoStores({ n: 1 });
        const session = await store.update('id', async (current) => {
          await store.get('id');
          Object.assign(current, { n: 2 });
        });
        assert.deepEqual(session && written(session), await loaded(store));
        assert.deepEqual(await storedFields(store), { n: 2 });
      });

      test('update: resolves to null for a missing session, and does not call the change', async () => {
        const { store, exists } = stores();
        const session = await store.update('id', () => assert.fail('The change was called.'));
        assert.equal(session, null);
        assert.equal(await exists('id'), false);
      });

      test('update: stores nothing if the change throws', async () => {
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

      test('update: keeps a session alive whose stored cookie expired, as after a touch of connect-redis', async () => {
        const { store, raw, assertTtl } = stores();
        const session = sessionOf({ n: 1 }, -1000);
        session.cookie.originalMaxAge = MINUTE;
        const text = await ('seal' in serializer
          ? serializer.seal(session, 'id')
          : serializer.stringify(session));
        await raw('SET', 'id', text, 'PX', '30000');
        const change = (current: SessionData) => Object.assign(current, { n: 2 });
        assert.notEqual(await store.update('id', change), null);
        assert.deepEqual(await storedFields(store), { n: 2 });
        await assertTtl('id', MINUTE);
      });
    });
  }
}
