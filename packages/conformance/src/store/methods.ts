import assert from 'node:assert/strict';
import type { RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import { type Fixture, type Runner, until, withMethods } from '../subject.ts';
import { hasCode, sessionOf, storeOn, written } from './support.ts';

type Done = (...args: unknown[]) => void;

export function describeMethods({ describe, test }: Runner, fixture: Fixture): void {
  describe('the methods', () => {
    test('return what they stored, as JSON that white space follows, under prefix and id', async () => {
      const { store, raw } = storeOn(fixture);
      const session = sessionOf({ views: 1, user: { name: 'Ada' }, list: [], nothing: null });
      await store.set('id', session);
      assert.deepEqual(await store.get('id'), written(session));
      const text = String(await raw('GET', 'id'));
      assert.equal(text.trimEnd(), JSON.stringify(session));
    });

    test('return null for a missing session', async () => {
      assert.equal(await storeOn(fixture).store.get('id'), null);
    });

    test('replace a stored session', async () => {
      const { store } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const second = sessionOf({ name: 'second' });
      await store.set('id', second);
      assert.deepEqual(await store.get('id'), written(second));
    });

    test('destroy one session, and ignore a missing one', async () => {
      const { store, exists } = storeOn(fixture);
      await store.set('mine', sessionOf());
      await store.set('other', sessionOf());
      await store.destroy('mine');
      await store.destroy('mine');
      assert.equal(await store.get('mine'), null);
      assert.equal(await exists('other'), true);
    });

    test('accept a callback, return undefined then, and call it once', async () => {
      const { store } = storeOn(fixture);
      const session = sessionOf({ views: 1 });
      const calls: [string, (done: Done) => unknown, unknown][] = [
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
        await until(`${name} calls back`, () => received.length > 0);
        await store.length();
        assert.deepEqual(received, [[null, expected]], name);
      }
    });

    test("pass the client's error to the callback once", async () => {
      const failure = new Error('the client failed');
      const fail = () => Promise.reject(failure);
      const client = withMethods(fixture.redis, {
        get: fail,
        setUnlessMarked: fail,
        delAndMark: fail,
        pexpire: fail,
        del: fail,
        scan: async function* () {
          yield await fail();
        },
      });
      const calls: Record<string, (store: RedisStore, done: Done) => unknown> = {
        get: (store, done) => store.get('id', done),
        set: (store, done) => store.set('id', sessionOf(), done),
        touch: (store, done) => store.touch('id', sessionOf(), done),
        destroy: (store, done) => store.destroy('id', done),
        clear: (store, done) => store.clear(done),
        length: (store, done) => store.length(done),
        ids: (store, done) => store.ids(done),
        all: (store, done) => store.all(done),
      };
      for (const [name, call] of Object.entries(calls)) {
        // A store of its own: after some failures in a row, a store does not ask the client.
        const { store } = storeOn(fixture, { client });
        const received: unknown[][] = [];
        assert.equal(
          call(store, (...args) => received.push(args)),
          undefined,
        );
        await until(`${name} calls back`, () => received.length > 0);
        await assert.rejects(store.get('id'), (error) => Object(error).cause === failure);
        const causes = received.map(([error]) => Object(error).cause);
        assert.deepEqual(causes, [failure], name);
      }
    });

    test('reject an id that is not a string or empty, and store nothing', async () => {
      const { store } = storeOn(fixture);
      for (const id of ['', undefined, null, 7, {}, ['id']] as string[]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /session id/);
        await assert.rejects(store.get(id), refused);
        await assert.rejects(store.set(id, sessionOf()), refused);
        await assert.rejects(store.touch(id, sessionOf()), refused);
        await assert.rejects(store.destroy(id), refused);
      }
      assert.equal(await store.length(), 0);
    });

    test('reject a value that is not a session, and keep the stored one', async () => {
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
        const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /session/);
        await assert.rejects(store.set('id', session), refused);
        await assert.rejects(store.touch('id', session), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
    });
  });
}
