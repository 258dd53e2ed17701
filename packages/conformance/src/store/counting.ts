import assert from 'node:assert/strict';
import { type Fixture, type Runner, until, withMethods } from '../subject.ts';
import { type Options, sessionOf, storeOn } from './support.ts';

export function describeCounting({ describe, test }: Runner, fixture: Fixture): void {
  /** Opens a store whose client cannot scan. */
  const trackCount = (options: Options = {}) => {
    const client = withMethods(fixture.redis, {
      scan() {
        throw new Error('The store called scan.');
      },
    });
    return storeOn(fixture, { client, trackCount: true, ...options });
  };

  describe('length with trackCount', () => {
    test('counts new and destroyed sessions without a scan', async () => {
      const { store } = trackCount();
      assert.equal(await store.length(), 0);
      const ids = Array.from({ length: 100 }, (_, number) => `id${number}`);
      await Promise.all(ids.map((id) => store.set(id, sessionOf())));
      assert.equal(await store.length(), 100);
      await Promise.all(ids.slice(0, 40).map((id) => store.destroy(id)));
      assert.equal(await store.length(), 60);
      await store.set('id99', sessionOf({ views: 1 }));
      assert.equal(await store.length(), 60);
    });

    test('does not count expired sessions', async () => {
      const { store } = trackCount();
      await store.set('stays', sessionOf());
      await store.set('expires', sessionOf({}, 200));
      await until('the session has expired', async () => (await store.get('expires')) === null);
      await until('one session is left', async () => (await store.length()) === 1);
      assert.ok(await store.get('stays'));
    });

    test('does not count a save of a destroyed session', async () => {
      const { store } = trackCount();
      await store.set('id', sessionOf());
      const session = await store.get('id');
      assert.ok(session);
      await store.destroy('id');
      await store.set('id', session);
      await store.touch('id', session);
      await store.touch('never there', sessionOf());
      assert.equal(await store.length(), 0);
    });

    test('does not count a session that was destroyed during its first save', async () => {
      const { store: other, prefix } = trackCount();
      const client = withMethods(fixture.redis, {
        async setUnlessMarked(key, value, ttlMs) {
          const marked = await fixture.redis.setUnlessMarked(key, value, ttlMs);
          await other.destroy('id');
          return marked;
        },
      });
      const { store } = trackCount({ client, prefix });
      await store.set('id', sessionOf());
      assert.equal(await store.length(), 0);
    });

    test('counts the sessions of users, without those that maxPerUser and destroyByUser ended', async () => {
      const { store } = trackCount({
        userId: (session) => Reflect.get(session, 'user'),
        maxPerUser: 2,
      });
      for (const id of ['a', 'b', 'c']) await store.set(id, sessionOf({ user: 'ada' }));
      await store.set('d', sessionOf({ user: 'bob' }));
      assert.equal(await store.length(), 3);
      await store.destroyByUser('ada');
      assert.equal(await store.length(), 1);
    });

    test('is 0 after clear, whatever entries were left behind', async () => {
      const { store, prefix } = trackCount({ client: fixture.redis });
      await store.set('id', sessionOf());
      await store.set('evicted', sessionOf());
      await fixture.redis.del([`${prefix}evicted`]);
      assert.equal(await store.length(), 2);
      await store.clear();
      assert.equal(await store.length(), 0);
      for await (const keys of fixture.redis.scan(`*${prefix}*`, 1000)) assert.deepEqual(keys, []);
    });
  });
}
