import assert from 'node:assert/strict';
import type { Fixture, Runner } from '../subject.ts';
import { sessionOf } from './support.ts';
import { DAY, HOUR, idsOf, indexedOn, sessionSince } from './user-support.ts';

export function describeUserEnds({ describe, test }: Runner, fixture: Fixture): void {
  const indexed = indexedOn(fixture);

  describe('destroyByUser', () => {
    test('destroys the sessions of one user, except one', async () => {
      const { store } = indexed();
      for (const id of ['this', 'that', 'another']) {
        await store.set(id, sessionOf({ user: 'ada' }));
      }
      await store.set('other', sessionOf({ user: 'bob' }));
      assert.equal(await store.destroyByUser('ada', { except: 'this' }), 2);
      assert.deepEqual((await store.ids()).sort(), ['other', 'this']);
      assert.equal(await store.destroyByUser('ada'), 1);
      assert.equal(await store.destroyByUser('ada'), 0);
      assert.deepEqual(await store.ids(), ['other']);
    });

    test('is not undone by requests that had read the sessions', async () => {
      const { store, loaded } = indexed();
      const dropped: unknown[] = [];
      store.on('dropped', ({ reason }) => dropped.push(reason));
      const ids = Array.from({ length: 20 }, (_, number) => `id${number}`);
      await Promise.all(ids.map((id) => store.set(id, sessionOf({ user: 'ada', views: 0 }))));
      const sessions = await Promise.all(ids.map(loaded));
      const requests = ids.flatMap((id, number) => {
        const session = Object.assign(sessions[number] ?? sessionOf(), { views: 1 });
        return [store.set(id, session), store.touch(id, session)];
      });
      const [ended] = await Promise.all([store.destroyByUser('ada'), ...requests]);
      assert.equal(ended, 20);
      for (const [number, id] of ids.entries()) {
        await store.set(id, Object.assign(sessions[number] ?? sessionOf(), { views: 2 }));
      }
      assert.deepEqual(await store.ids(), []);
      assert.equal(await store.countByUser('ada'), 0);
      assert.ok(dropped.length >= 20);
    });
  });

  describe('maxPerUser', () => {
    test('ends the least recently active session at a new sign-in', async () => {
      const { store } = indexed({ maxPerUser: 2 });
      await store.set('old', sessionSince(2 * HOUR, { user: 'ada' }, 30 * DAY));
      await store.set('newer', sessionSince(HOUR, { user: 'ada' }, DAY));
      await store.set('other', sessionSince(3 * HOUR, { user: 'bob' }, DAY));
      assert.equal(await store.countByUser('ada'), 2);
      await store.set('newest', sessionOf({ user: 'ada' }));
      assert.deepEqual(await idsOf(store, 'ada'), ['newest', 'newer']);
      assert.deepEqual((await store.ids()).sort(), ['newer', 'newest', 'other']);
    });

    test('applies when an existing session gets the user', async () => {
      const { store, loaded } = indexed({ maxPerUser: 1 });
      await store.set('old', sessionSince(HOUR, { user: 'ada' }, DAY));
      await store.set('id', sessionOf());
      await store.set('id', Object.assign(await loaded('id'), { user: 'ada' }));
      assert.deepEqual(await store.ids(), ['id']);
    });

    test("does not apply to saves and touches of the user's sessions", async () => {
      const { store, prefix, loaded } = indexed();
      for (const id of ['a', 'b', 'c']) await store.set(id, sessionOf({ user: 'ada' }));
      const { store: limited } = indexed({ prefix, maxPerUser: 2 });
      const session = await limited.get('a');
      assert.ok(session);
      await limited.touch('a', session);
      await limited.set('a', Object.assign(session, { views: 1 }));
      assert.equal(await limited.countByUser('ada'), 3);
      assert.equal(Reflect.get(await loaded('a'), 'views'), 1);
    });

    test('does not count a session that cannot be read, and emits a warning', async () => {
      const { store, raw } = indexed({ maxPerUser: 1 });
      await store.set('bad', sessionOf({ user: 'ada' }));
      await raw('SET', 'bad', 'no session');
      const warnings: unknown[] = [];
      store.on('warning', ({ code }) => warnings.push(code));
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.deepEqual(warnings, ['ERR_HOLDFAST_CORRUPT']);
      assert.deepEqual((await store.ids()).sort(), ['bad', 'id']);
    });

    test('holds for concurrent sign-ins', async () => {
      const { store } = indexed({ maxPerUser: 2 });
      const ids = Array.from({ length: 8 }, (_, number) => `id${number}`);
      await Promise.all(ids.map((id) => store.set(id, sessionOf({ user: 'ada' }))));
      assert.equal(await store.countByUser('ada'), 2);
      assert.equal(await store.length(), 2);
    });
  });
}
