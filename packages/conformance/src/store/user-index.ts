import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { assertRemaining, type Fixture, type Runner, until, withMethods } from '../subject.ts';
import { hasCode, MINUTE, sessionOf, storeOn } from './support.ts';
import { DAY, HOUR, idsOf, indexedOn, userId } from './user-support.ts';

export function describeUserIndex({ describe, test }: Runner, fixture: Fixture): void {
  const indexed = indexedOn(fixture);

  describe('the index of users', () => {
    test('stores the expiry of a session, and follows its changes', async () => {
      const { store, prefix, loaded, score, assertSetTtl } = indexed();
      const assertExpiry = async (ms: number) => {
        const expiresAt = Number(await score('ada', 'id'));
        assertRemaining(expiresAt - Date.now(), ms, fixture.elapsedMs(prefix));
      };
      await store.set('id', sessionOf({ user: 'ada' }, MINUTE));
      await assertExpiry(MINUTE);
      const session = await loaded('id');
      session.cookie = sessionOf({}, HOUR).cookie;
      await store.touch('id', session);
      await assertExpiry(HOUR);
      await assertSetTtl('ada', HOUR + MINUTE);
      session.cookie = sessionOf({}, MINUTE).cookie;
      await store.set('id', session);
      await assertExpiry(MINUTE);
    });

    test('lives longer than the longest session', async () => {
      const { store, setTtl } = indexed();
      await store.set('long', sessionOf({ user: 'ada' }, DAY));
      await store.set('short', sessionOf({ user: 'ada' }, MINUTE));
      assert.ok((await setTtl('ada')) > DAY);
    });

    test('drops a stale entry when it is read', async () => {
      const { store, addEntry, score } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      await addEntry('ada', 'stale', Date.now() + MINUTE);
      assert.deepEqual(await idsOf(store, 'ada'), ['id']);
      assert.equal(await score('ada', 'stale'), null);
    });

    test('drops an expired entry when a session begins', async () => {
      const { store, addEntry, score } = indexed();
      await addEntry('ada', 'expired', Date.now() - MINUTE);
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.equal(await score('ada', 'expired'), null);
    });

    test('does not list the session of another user, and does not destroy it', async () => {
      const { store, addEntry, score, exists } = indexed();
      await store.set('id', sessionOf({ user: 'bob' }));
      await addEntry('ada', 'id', Date.now() + MINUTE);
      assert.equal(await store.destroyByUser('ada'), 0);
      assert.equal(await exists('id'), true);
      assert.equal(await score('ada', 'id'), null);
      assert.deepEqual(await idsOf(store, 'bob'), ['id']);
    });

    test('lists a session whose entry expired too early', async () => {
      const { store, addEntry } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      await addEntry('ada', 'id', Date.now() - MINUTE);
      await store.set('other', sessionOf({ user: 'ada' }));
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ['id', 'other']);
    });

    test('keeps a session whose entry looked stale before the session was stored', async () => {
      const { prefix, store: reader } = indexed();
      const client = withMethods(fixture.redis, {
        async set(key, value, ttlMs) {
          assert.deepEqual(await reader.listByUser('ada'), []);
          await fixture.redis.set(key, value, ttlMs);
        },
      });
      const { store } = indexed({ client, prefix });
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.deepEqual(await idsOf(reader, 'ada'), ['id']);
    });

    test('keeps a session that was stored while its entry was being dropped', async () => {
      const { prefix, store: writer, addEntry } = indexed();
      const client = withMethods(fixture.redis, {
        async zrem(key, members) {
          await writer.set('id', sessionOf({ user: 'ada' }));
          return fixture.redis.zrem(key, members);
        },
      });
      const { store } = indexed({ client, prefix });
      await addEntry('ada', 'id', Date.now() + MINUTE);
      await store.listByUser('ada');
      assert.deepEqual(await idsOf(writer, 'ada'), ['id']);
    });

    test('keeps a session that another process returned to its user', async () => {
      const { prefix, store: other, loaded } = indexed();
      await other.set('id', sessionOf({ user: 'ada' }));
      let writes = 0;
      const client = withMethods(fixture.redis, {
        async compareAndSet(key, expected, value, ttlMs) {
          const held = await fixture.redis.compareAndSet(key, expected, value, ttlMs);
          if (++writes === 1) {
            await other.set('id', Object.assign(await loaded('id'), { user: 'ada' }));
          }
          return held;
        },
      });
      const { store } = indexed({ client, prefix });
      const session = await store.get('id');
      assert.ok(session);
      await store.set('id', Object.assign(session, { user: 'bob' }));
      assert.deepEqual(await idsOf(other, 'ada'), ['id']);
      assert.deepEqual(await idsOf(other, 'bob'), []);
    });

    test('stores the same expiry before and after a new session, so that concurrent sign-ins do not end each other', async () => {
      const scores: number[] = [];
      const client = withMethods(fixture.redis, {
        async set(key, value, ttlMs) {
          const start = Date.now();
          await until('the clock moves', () => Date.now() > start);
          await fixture.redis.set(key, value, ttlMs);
        },
        async zaddExtendingTtl(key, score, member, ttlMs) {
          scores.push(score);
          await fixture.redis.zaddExtendingTtl(key, score, member, ttlMs);
        },
      });
      const { store } = indexed({ client });
      await store.set('id', sessionOf({ user: 'ada' }, null));
      assert.equal(scores.length, 2);
      assert.equal(new Set(scores).size, 1);
    });

    test('is empty after clear', async () => {
      const { store, addEntry, setTtl } = indexed({ trackCount: true });
      await store.set('id', sessionOf({ user: 'ada' }));
      await addEntry('bob', 'stale', Date.now() + MINUTE);
      await store.clear();
      assert.equal(await setTtl('ada'), -2);
      assert.equal(await setTtl('bob'), -2);
      assert.equal(await store.length(), 0);
    });

    test('is not listed as a session', async () => {
      const { store } = indexed({ trackCount: true });
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.deepEqual(await store.ids(), ['id']);
      assert.equal((await store.all()).length, 1);
    });

    test('skips a session for which userId throws, and destroys it with the others', async () => {
      const { store, prefix } = indexed();
      for (const id of ['good', 'odd']) await store.set(id, sessionOf({ user: 'ada', [id]: true }));
      const failing = (session: object) => {
        if (Reflect.get(session, 'odd')) throw new Error('no user');
        return userId(session);
      };
      const { store: picky } = indexed({ prefix, userId: failing });
      const warnings: unknown[] = [];
      picky.on('warning', ({ code }) => warnings.push(code));
      assert.deepEqual(await idsOf(picky, 'ada'), ['good']);
      assert.equal(await picky.destroyByUser('ada'), 2);
      assert.deepEqual(warnings, Array(2).fill('ERR_HOLDFAST_INVALID_USER_ID'));
    });

    test('does not stop reads if userId throws', async () => {
      const fails = () => {
        throw new Error('no user');
      };
      const { store, prefix } = indexed({ userId: fails });
      const { store: other } = storeOn(fixture, { prefix });
      await other.set('id', sessionOf({ views: 1 }));
      assert.equal(Reflect.get(Object(await store.get('id')), 'views'), 1);
      const refused = hasCode('ERR_HOLDFAST_INVALID_USER_ID', /userId/);
      await assert.rejects(store.set('id', sessionOf({ views: 2 })), refused);
      assert.equal(Reflect.get(Object(await store.get('id')), 'views'), 1);
    });

    test('rejects a user id that is not a string or empty, and stores nothing', async () => {
      const { store: reading } = indexed({ userId: ({ cookie }) => cookie?.path });
      const noSession = null as unknown as SessionData;
      await assert.rejects(reading.set('id', noSession), hasCode('ERR_HOLDFAST_INVALID_ARGUMENT'));
      for (const user of ['', 7, {}, Promise.resolve('ada')]) {
        const { store } = indexed({ userId: () => user as string });
        const refused = hasCode('ERR_HOLDFAST_INVALID_USER_ID', /userId/);
        await assert.rejects(store.set('id', sessionOf()), refused);
        assert.equal(await store.length(), 0);
      }
    });

    test('rejects calls without the option userId, and invalid arguments', async () => {
      const { store } = storeOn(fixture);
      const needed = hasCode('ERR_HOLDFAST_INVALID_OPTION', /userId/);
      await assert.rejects(store.listByUser('ada'), needed);
      await assert.rejects(store.countByUser('ada'), needed);
      await assert.rejects(store.destroyByUser('ada'), needed);
      const { store: withIndex } = indexed();
      const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /user|offset|limit|session id/);
      for (const user of ['', undefined, null, 7, {}] as string[]) {
        await assert.rejects(withIndex.listByUser(user), refused);
        await assert.rejects(withIndex.destroyByUser(user), refused);
      }
      for (const page of [{ offset: -1 }, { offset: 1.5 }, { limit: 0 }, { limit: Number.NaN }]) {
        await assert.rejects(withIndex.listByUser('ada', page), refused);
      }
      await withIndex.set('id', sessionOf({ user: 'ada' }));
      await assert.rejects(withIndex.destroyByUser('ada', { except: '' }), refused);
      assert.equal(await withIndex.countByUser('ada'), 1);
    });
  });
}
