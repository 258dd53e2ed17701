import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { type Fixture, type Runner, until, withMethods } from '../subject.ts';
import { hasCode, sessionOf, storeOn, written } from './support.ts';

export function describeMethods({ describe, test }: Runner, fixture: Fixture): void {
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
        pexpire: fail,
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
        const causes = received.map(([error]) => Object(error).cause);
        assert.deepEqual(causes, [failure]);
      }
      await assert.rejects(store.get('id'), (error) => Object(error).cause === failure);
    });

    test('refuse an id that is no text or empty, and store nothing', async () => {
      const { store } = storeOn(fixture);
      for (const id of ['', undefined, null, 7, {}, ['id']] as string[]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /session id must be a non-empty/);
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
