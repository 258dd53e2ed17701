import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { assertRemaining, type Fixture, type Runner } from '../subject.ts';
import { MINUTE, type Options, sessionOf, storeOn } from './support.ts';

const FIELD = 'holdfastCreatedAt';
const HOUR = 60 * MINUTE;

export function describeLifetime({ describe, test }: Runner, fixture: Fixture): void {
  /** Opens a store with a session that was created this long ago and would live for another hour. */
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

  describe('maxLifetime', () => {
    test('limits the life of a session, however often it is saved, touched, or updated', async () => {
      const { store, assertTtl, born, stored, loaded } = await aged(40_000);
      const session = await loaded();
      const write = [
        () => store.touch('id', Object.assign(session, sessionOf({}, 2 * HOUR))),
        () => store.set('id', Object.assign(session, { views: 2 })),
        () => store.update('id', (current) => Object.assign(current, { views: 3 })),
      ];
      for (const each of write) {
        await each();
        await assertTtl('id', 20_000);
        assert.equal((await stored())[FIELD], born);
      }
    });

    test('applies to a session that connect-redis kept alive past its cookie', async () => {
      const { store, raw, born, stored } = await aged(40_000);
      const past = sessionOf({ [FIELD]: born }, -1000);
      past.cookie.originalMaxAge = HOUR;
      await raw('SET', 'id', JSON.stringify(past), 'PX', String(HOUR));
      await store.update('id', (session) => Object.assign(session, { views: 2 }));
      assert.equal((await stored())[FIELD], born);
    });

    test('does not distort the time of the last activity', async () => {
      const userId = (session: object): string | undefined => Reflect.get(session, 'user');
      const { store, prefix } = storeOn(fixture, { maxLifetime: 60, userId });
      await store.set('id', sessionOf({ user: 'ada' }, HOUR));
      const [listed] = await store.listByUser('ada');
      const [now, elapsedMs] = [Date.now(), fixture.elapsedMs(prefix)];
      assertRemaining(Number(listed?.lastActive) - now, 0, elapsedMs);
      assertRemaining(Number(listed?.expires) - now, MINUTE, elapsedMs);
    });

    test('does not extend what the cookie or the ttl function allows', async () => {
      const { store, assertTtl } = storeOn(fixture, { maxLifetime: 60 });
      await store.set('cookie', sessionOf({}, 30_000));
      await store.set('lifetime', sessionOf({}, HOUR));
      await assertTtl('cookie', 30_000);
      await assertTtl('lifetime', MINUTE);
      const short = storeOn(fixture, { maxLifetime: 60, ttl: () => 30 });
      await short.store.set('id', sessionOf({}, HOUR));
      await short.assertTtl('id', 30_000);
    });

    test('hides a session that is too old, even if its key still exists', async () => {
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

    test("keeps the creation time out of the session's fields, and through writes of other stores", async () => {
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

    test('keeps the earlier of two creation times', async () => {
      const { store, born, stored, loaded, raw } = await aged(10_000);
      const session = await loaded();
      const earlier = { ...(await stored()), [FIELD]: born - 5000 };
      await raw('SET', 'id', JSON.stringify(earlier), 'PX', '60000');
      await store.set('id', Object.assign(session, { mine: 1 }));
      assert.equal((await stored())[FIELD], born - 5000);
    });

    test('starts at the first read of a session without a creation time', async () => {
      const { store, raw, assertTtl } = storeOn(fixture, { maxLifetime: 60 });
      await raw('SET', 'id', JSON.stringify(sessionOf({}, HOUR)), 'PX', String(HOUR));
      const session = await store.get('id');
      assert.ok(session);
      await store.touch('id', session);
      await assertTtl('id', MINUTE);
    });
  });
}
