import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { assertPttl, type Fixture, type Runner } from '../subject.ts';
import { MINUTE, type Options, sessionOf, storeOn } from './support.ts';

const FIELD = 'holdfastCreatedAt';
const HOUR = 60 * MINUTE;

export function describeLifetime({ describe, test }: Runner, fixture: Fixture): void {
  /** A store with a session that was created so long ago, and would live for an hour more. */
  const aged = async (ageMs: number, options: Options = {}) => {
    const subject = storeOn(fixture, { maxLifetime: 60, ...options });
    const born = Date.now() - ageMs;
    const text = JSON.stringify(sessionOf({ user: 'ada', views: 1, [FIELD]: born }, HOUR));
    const put = (id = 'id') => subject.raw('SET', id, text, 'PX', String(HOUR));
    await put();
    return {
      ...subject,
      born,
      put,
      loaded: async (): Promise<SessionData> => {
        const session = await subject.store.get('id');
        assert.ok(session);
        return session;
      },
      stored: async () => JSON.parse(String(await subject.raw('GET', 'id'))),
    };
  };

  describe('its maxLifetime', () => {
    test('ends a session so long after it was created, however often it is saved, touched or updated', async () => {
      const { store, pttl, born, stored, loaded } = await aged(40_000);
      const session = await loaded();
      const write = [
        () => store.touch('id', Object.assign(session, sessionOf({}, 2 * HOUR))),
        () => store.set('id', Object.assign(session, { views: 2 })),
        () => store.update('id', (current) => Object.assign(current, { views: 3 })),
      ];
      for (const each of write) {
        await each();
        assertPttl(await pttl('id'), 20_000);
        assert.equal((await stored())[FIELD], born);
      }
    });

    test('ends also a session that connect-redis has kept alive past its cookie', async () => {
      const { store, raw, born, stored } = await aged(40_000);
      const past = sessionOf({ [FIELD]: born }, -1000);
      past.cookie.originalMaxAge = HOUR;
      await raw('SET', 'id', JSON.stringify(past), 'PX', String(HOUR));
      await store.update('id', (session) => Object.assign(session, { views: 2 }));
      assert.equal((await stored())[FIELD], born);
    });

    test('leaves it known when a session was last active', async () => {
      const userId = (session: object): string | undefined => Reflect.get(session, 'user');
      const { store } = storeOn(fixture, { maxLifetime: 60, userId });
      await store.set('id', sessionOf({ user: 'ada' }, HOUR));
      const [listed] = await store.listByUser('ada');
      assert.ok(Math.abs(Number(listed?.lastActive) - Date.now()) < 900);
      assert.ok(Math.abs(Number(listed?.expires) - Date.now() - MINUTE) < 900);
    });

    test('ends none later than its cookie or the ttl function does', async () => {
      const { store, pttl } = storeOn(fixture, { maxLifetime: 60 });
      await store.set('cookie', sessionOf({}, 5000));
      await store.set('lifetime', sessionOf({}, HOUR));
      assertPttl(await pttl('cookie'), 5000);
      assertPttl(await pttl('lifetime'), MINUTE);
      const short = storeOn(fixture, { maxLifetime: 60, ttl: () => 5 });
      await short.store.set('id', sessionOf({}, HOUR));
      assertPttl(await short.pttl('id'), 5000);
    });

    test('knows no session that is over, though its key is there', async () => {
      const userId = (session: object): string | undefined => Reflect.get(session, 'user');
      const { store, put, prefix, exists, loaded } = await aged(MINUTE + 1, { userId });
      const { store: unlimited } = storeOn(fixture, { prefix, userId });
      const session = await unlimited.get('id');
      assert.ok(session);
      await unlimited.touch('id', session);
      assert.equal(await unlimited.countByUser('ada'), 1);
      assert.equal(await store.get('id'), null);
      assert.equal(await store.update('id', () => assert.fail('It was opened.')), null);
      assert.deepEqual(await store.all(), []);
      assert.deepEqual(await store.listByUser('ada'), []);
      assert.equal(await store.countByUser('ada'), 0);
      assert.equal(await store.destroyByUser('ada'), 1);
      assert.equal(await exists('id'), false);
      await put();
      await assert.rejects(loaded());
    });

    test('is not among the fields of a session, and stays when others write it', async () => {
      const { store, prefix, born, stored, loaded } = await aged(10_000);
      const { store: unlimited } = storeOn(fixture, { prefix });
      for (const each of [store, unlimited]) {
        const session = await each.get('id');
        assert.deepEqual(Object.keys(Object(session)), ['cookie', 'user', 'views']);
        await each.set('id', Object.assign(Object(session), { user: 'bob' }));
        assert.equal((await stored())[FIELD], born);
      }
      const [mine, theirs] = [await loaded(), await unlimited.get('id')];
      await unlimited.set('id', Object.assign(Object(theirs), { theirs: 1 }));
      await store.set('id', Object.assign(mine, { mine: 1 }));
      const { cookie: _, ...fields } = await stored();
      assert.deepEqual(fields, { user: 'bob', views: 1, theirs: 1, mine: 1, [FIELD]: born });
    });

    test('keeps the earlier beginning of two', async () => {
      const { store, born, stored, loaded, raw } = await aged(10_000);
      const session = await loaded();
      const earlier = { ...(await stored()), [FIELD]: born - 5000 };
      await raw('SET', 'id', JSON.stringify(earlier), 'PX', '60000');
      await store.set('id', Object.assign(session, { mine: 1 }));
      assert.equal((await stored())[FIELD], born - 5000);
    });

    test('begins for a session without it when that is first seen', async () => {
      const { store, raw, pttl } = storeOn(fixture, { maxLifetime: 60 });
      await raw('SET', 'id', JSON.stringify(sessionOf({}, HOUR)), 'PX', String(HOUR));
      const session = await store.get('id');
      assert.ok(session);
      await store.touch('id', session);
      assertPttl(await pttl('id'), MINUTE);
    });
  });
}
