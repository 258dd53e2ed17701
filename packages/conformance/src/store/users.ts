import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import { assertPttl, type Fixture, type Runner, until, withMethods } from '../subject.ts';
import { hasCode, MINUTE, type Options, sessionOf, storeOn } from './support.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const index = (session: object): string | undefined => Reflect.get(session, 'user');

/** A session that was last active so long ago. */
function sessionSince(idleMs: number, fields: object, maxAge: number): SessionData {
  const expires = new Date(Date.now() + maxAge - idleMs);
  return { cookie: { originalMaxAge: maxAge, expires }, ...fields } as SessionData;
}

export function describeUsers({ describe, test }: Runner, fixture: Fixture): void {
  const indexed = (options: Options = {}) => {
    const subject = storeOn(fixture, { index, ...options });
    const set = (user: string) => `holdfast:user:${subject.prefix}${user}`;
    return {
      ...subject,
      score: (user: string, id: string) => fixture.raw('ZSCORE', set(user), id),
      addEntry: (user: string, id: string, expiresAt: number) =>
        fixture.raw('ZADD', set(user), String(expiresAt), id),
      setTtl: async (user: string) => Number(await fixture.raw('PTTL', set(user))),
      loaded: async (id: string): Promise<SessionData> => {
        const session = await subject.store.get(id);
        assert.ok(session);
        return session;
      },
    };
  };

  const idsOf = async (store: RedisStore, user: string) =>
    (await store.sessionsOf(user)).map(({ id }) => id);

  describe('its sessions of a user', () => {
    test('are listed with id and expiry, and are those of nobody else', async () => {
      const { store } = indexed();
      const mine = sessionOf({ user: 'ada', views: 1 });
      await store.set('mine', mine);
      await store.set('other', sessionOf({ user: 'bob' }));
      await store.set('nobody', sessionOf());
      const [listed, ...more] = await store.sessionsOf('ada');
      assert.deepEqual(more, []);
      assert.equal(listed?.id, 'mine');
      assert.equal(listed.idHash, createHash('sha256').update('mine').digest('hex'));
      assert.equal(Reflect.get(Object(listed?.session), 'views'), 1);
      assert.ok(Math.abs(Number(listed?.expires) - Number(mine.cookie.expires)) < 50);
      assert.ok(Math.abs(Number(listed?.lastActive) - Date.now()) < 900);
      assert.deepEqual(await store.sessionsOf('nobody'), []);
      assert.equal(await store.countOf('ada'), 1);
      assert.equal(await store.countOf('eve'), 0);
    });

    test('come with the newest activity first, however long they live', async () => {
      const { store } = indexed();
      await store.set('idle for a day', sessionSince(DAY, { user: 'ada' }, 30 * DAY));
      await store.set('idle for a minute', sessionSince(MINUTE, { user: 'ada' }, HOUR));
      await store.set('idle for an hour', sessionSince(HOUR, { user: 'ada' }, 90 * DAY));
      const newestFirst = ['idle for a minute', 'idle for an hour', 'idle for a day'];
      assert.deepEqual(await idsOf(store, 'ada'), newestFirst);
      const idle = await store.get('idle for a day');
      assert.ok(idle);
      idle.cookie.expires = new Date(Date.now() + 30 * DAY);
      await store.touch('idle for a day', idle);
      assert.equal((await idsOf(store, 'ada'))[0], 'idle for a day');
    });

    test('are in that order also where a ttl function says how long they live', async () => {
      const midnight = Date.now() + HOUR;
      const { store } = indexed({
        ttl: ({ cookie }) => {
          assert.ok(cookie.expires);
          return Math.ceil((midnight - Date.now()) / 1000);
        },
      });
      await store.set('idle', sessionSince(MINUTE, { user: 'ada' }, DAY));
      await store.set('active', sessionSince(0, { user: 'ada' }, HOUR));
      const [active, idle] = await store.sessionsOf('ada');
      assert.deepEqual([active?.id, idle?.id], ['active', 'idle']);
      assert.ok(Math.abs(Number(idle?.lastActive) - (Date.now() - MINUTE)) < 900);
    });

    test('come a page at a time', async () => {
      const { store } = indexed();
      const ids = ['a', 'b', 'c', 'd', 'e'];
      for (const [age, id] of ids.entries()) {
        await store.set(id, sessionSince(age * 1000, { user: 'ada' }, HOUR));
      }
      const page = async (offset?: number, limit?: number) =>
        (await store.sessionsOf('ada', { offset, limit })).map(({ id }) => id);
      assert.deepEqual(await page(), ids);
      assert.deepEqual(await page(0, 2), ['a', 'b']);
      assert.deepEqual(await page(2, 2), ['c', 'd']);
      assert.deepEqual(await page(4, 2), ['e']);
      assert.deepEqual(await page(5, 2), []);
    });

    test('are all there, also where many expire at the same moment', async () => {
      const { store } = indexed({ scanCount: 10 });
      const session = sessionOf({ user: 'ada' });
      const ids = Array.from({ length: 75 }, (_, number) => `id${number}`).sort();
      await Promise.all(ids.map((id) => store.set(id, { ...session })));
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ids);
      assert.equal(await store.countOf('ada'), 75);
      assert.equal(await store.destroyAllOf('ada'), 75);
      assert.equal(await store.length(), 0);
    });

    for (const [direction, id, maxAge] of [
      ['up', 'b', HOUR],
      ['down', 'e', MINUTE / 2],
    ] as const) {
      test(`are all there, also where one moves ${direction} while they are read`, async () => {
        const { prefix, store: writer, loaded } = indexed();
        for (const [number, id] of ['a', 'b', 'c', 'd', 'e'].entries()) {
          await writer.set(id, sessionOf({ user: 'ada' }, (number + 1) * MINUTE));
        }
        let reads = 0;
        const client = withMethods(fixture.redis, {
          async zrange(key, min, max, offset, limit) {
            const found = await fixture.redis.zrange(key, min, max, offset, limit);
            if (++reads > 1) return found;
            const { cookie } = sessionOf({}, maxAge);
            await writer.touch(id, Object.assign(await loaded(id), { cookie }));
            return found;
          },
        });
        const { store } = indexed({ client, prefix, scanCount: 2 });
        assert.deepEqual((await idsOf(store, 'ada')).sort(), ['a', 'b', 'c', 'd', 'e']);
      });
    }

    test('never expire with disableTTL, and are in order of activity nevertheless', async () => {
      const { store, setTtl } = indexed({ disableTTL: true });
      await store.set('first', sessionOf({ user: 'ada' }));
      await until(async () => Date.now() > Number((await store.sessionsOf('ada'))[0]?.lastActive));
      await store.set('second', sessionOf({ user: 'ada' }));
      const listed = await store.sessionsOf('ada');
      assert.deepEqual(
        listed.map(({ id, expires }) => [id, expires]),
        [
          ['second', undefined],
          ['first', undefined],
        ],
      );
      assert.ok((await setTtl('ada')) > 20 * DAY);
    });

    test('go to another user when that changes, and to nobody', async () => {
      const { store, loaded, score } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      const session = await loaded('id');
      Object.assign(session, { user: 'bob' });
      await store.set('id', session);
      assert.deepEqual(await idsOf(store, 'bob'), ['id']);
      assert.equal(await score('ada', 'id'), null);
      await store.update('id', (current) => Object.assign(current, { user: undefined }));
      assert.equal(await score('bob', 'id'), null);
      assert.deepEqual(await idsOf(store, 'bob'), []);
      await store.update('id', (current) => Object.assign(current, { user: 'ada' }));
      assert.deepEqual(await idsOf(store, 'ada'), ['id']);
    });

    test('go to the user that another request has given them', async () => {
      const { store, loaded } = indexed();
      await store.set('id', sessionOf({ views: 1 }));
      const [signIn, view] = [await loaded('id'), await loaded('id')];
      await store.set('id', Object.assign(signIn, { user: 'ada' }));
      await store.set('id', Object.assign(view, { views: 2 }));
      const [listed] = await store.sessionsOf('ada');
      assert.equal(Reflect.get(Object(listed?.session), 'views'), 2);
    });

    test('can be changed and saved as they are listed', async () => {
      const { store } = indexed();
      await store.set('id', sessionOf({ user: 'ada', views: 1 }));
      const [listed] = await store.sessionsOf('ada');
      assert.ok(listed);
      await store.destroy('id');
      await store.set('id', listed.session);
      assert.equal(await store.get('id'), null);
    });

    test('end with destroy, which leaves nothing of them', async () => {
      const { store, setTtl } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      await store.destroy('id');
      assert.deepEqual(await store.sessionsOf('ada'), []);
      assert.equal(await setTtl('ada'), -2);
    });

    test('that began before there was an index are in it from the next touch, save or update on', async () => {
      const { store, prefix } = indexed();
      const { store: before } = storeOn(fixture, { prefix });
      for (const id of ['touched', 'saved', 'updated']) {
        await before.set(id, sessionOf({ user: 'ada' }));
      }
      assert.equal(await store.countOf('ada'), 0);
      const [touched, saved] = [await store.get('touched'), await store.get('saved')];
      assert.ok(touched && saved);
      await store.touch('touched', touched);
      await store.set('saved', saved);
      await store.update('updated', () => {});
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ['saved', 'touched', 'updated']);
    });

    test('are found with concurrency overwrite, too', async () => {
      const { store, loaded, score } = indexed({ concurrency: 'overwrite' });
      await store.set('id', sessionOf({ user: 'ada' }));
      const session = await loaded('id');
      await store.touch('id', session);
      assert.deepEqual(await idsOf(store, 'ada'), ['id']);
      await store.set('id', Object.assign(session, { user: 'bob' }));
      assert.deepEqual(await idsOf(store, 'bob'), ['id']);
      assert.equal(await score('ada', 'id'), null);
    });

    test('that cannot be read are left out with a warning, and ended with the others', async () => {
      const { store, raw, exists } = indexed();
      const warnings: unknown[] = [];
      store.on('warning', ({ code }) => warnings.push(code));
      await store.set('good', sessionOf({ user: 'ada' }));
      await store.set('bad', sessionOf({ user: 'ada' }));
      await raw('SET', 'bad', 'no session');
      assert.deepEqual(await idsOf(store, 'ada'), ['good']);
      assert.deepEqual(warnings, ['ERR_HOLDFAST_CORRUPT']);
      assert.equal(await store.destroyAllOf('ada'), 2);
      assert.equal(await exists('bad'), false);
    });
  });

  describe('its index', () => {
    test('has the expiry of a session, and keeps it right when that moves', async () => {
      const { store, loaded, score, setTtl } = indexed();
      const assertExpiry = async (ms: number) => {
        const left = Number(await score('ada', 'id')) - Date.now();
        assert.ok(left <= ms && left > ms - 900, `expires in ${left} ms, not about ${ms}`);
      };
      await store.set('id', sessionOf({ user: 'ada' }, MINUTE));
      await assertExpiry(MINUTE);
      const session = await loaded('id');
      session.cookie = sessionOf({}, HOUR).cookie;
      await store.touch('id', session);
      await assertExpiry(HOUR);
      assertPttl(await setTtl('ada'), HOUR + MINUTE);
      session.cookie = sessionOf({}, MINUTE).cookie;
      await store.set('id', session);
      await assertExpiry(MINUTE);
    });

    test('outlives the session that lives longest', async () => {
      const { store, setTtl } = indexed();
      await store.set('long', sessionOf({ user: 'ada' }, DAY));
      await store.set('short', sessionOf({ user: 'ada' }, MINUTE));
      assert.ok((await setTtl('ada')) > DAY);
    });

    test('loses a dead entry when it is read', async () => {
      const { store, addEntry, score } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      await addEntry('ada', 'dead', Date.now() + MINUTE);
      assert.deepEqual(await idsOf(store, 'ada'), ['id']);
      assert.equal(await score('ada', 'dead'), null);
    });

    test('loses an expired entry when a session begins', async () => {
      const { store, addEntry, score } = indexed();
      await addEntry('ada', 'expired', Date.now() - MINUTE);
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.equal(await score('ada', 'expired'), null);
    });

    test('does not claim the session of another user, and does not end it', async () => {
      const { store, addEntry, score, exists } = indexed();
      await store.set('id', sessionOf({ user: 'bob' }));
      await addEntry('ada', 'id', Date.now() + MINUTE);
      assert.equal(await store.destroyAllOf('ada'), 0);
      assert.equal(await exists('id'), true);
      assert.equal(await score('ada', 'id'), null);
      assert.deepEqual(await idsOf(store, 'bob'), ['id']);
    });

    test('finds a session although its entry expired, which only a clock or a failed save can bring about', async () => {
      const { store, addEntry } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      await addEntry('ada', 'id', Date.now() - MINUTE);
      await store.set('other', sessionOf({ user: 'ada' }));
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ['id', 'other']);
    });

    test('keeps a session whose entry was taken for a dead one before it was written', async () => {
      const { prefix, store: reader } = indexed();
      const client = withMethods(fixture.redis, {
        async set(key, value, ttlMs) {
          assert.deepEqual(await reader.sessionsOf('ada'), []);
          await fixture.redis.set(key, value, ttlMs);
        },
      });
      const { store } = indexed({ client, prefix });
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.deepEqual(await idsOf(reader, 'ada'), ['id']);
    });

    test('keeps a session that was written while its entry was being dropped', async () => {
      const { prefix, store: writer, addEntry } = indexed();
      const client = withMethods(fixture.redis, {
        async zrem(key, members) {
          await writer.set('id', sessionOf({ user: 'ada' }));
          return fixture.redis.zrem(key, members);
        },
      });
      const { store } = indexed({ client, prefix });
      await addEntry('ada', 'id', Date.now() + MINUTE);
      await store.sessionsOf('ada');
      assert.deepEqual(await idsOf(writer, 'ada'), ['id']);
    });

    test('keeps a session that another process gave back to its user meanwhile', async () => {
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

    test('says the same of a new session before and after it is written, lest two sign-ins end each other', async () => {
      const scores: number[] = [];
      const client = withMethods(fixture.redis, {
        async set(key, value, ttlMs) {
          const start = Date.now();
          await until(async () => Date.now() > start);
          await fixture.redis.set(key, value, ttlMs);
        },
        async zadd(key, score, member, ttlMs) {
          scores.push(score);
          await fixture.redis.zadd(key, score, member, ttlMs);
        },
      });
      const { store } = indexed({ client });
      await store.set('id', sessionOf({ user: 'ada' }, null));
      assert.equal(scores.length, 2);
      assert.equal(new Set(scores).size, 1);
    });

    test('leaves nothing behind after clear', async () => {
      const { store, addEntry, setTtl } = indexed({ countable: true });
      await store.set('id', sessionOf({ user: 'ada' }));
      await addEntry('bob', 'dead', Date.now() + MINUTE);
      await store.clear();
      assert.equal(await setTtl('ada'), -2);
      assert.equal(await setTtl('bob'), -2);
      assert.equal(await store.length(), 0);
    });

    test('is no session', async () => {
      const { store } = indexed({ countable: true });
      await store.set('id', sessionOf({ user: 'ada' }));
      assert.deepEqual(await store.ids(), ['id']);
      assert.equal((await store.all()).length, 1);
    });

    test('may fail for one of the sessions, which is ended with the others', async () => {
      const { store, prefix } = indexed();
      for (const id of ['good', 'odd']) await store.set(id, sessionOf({ user: 'ada', [id]: true }));
      const failing = (session: object) => {
        if (Reflect.get(session, 'odd')) throw new Error('no user');
        return index(session);
      };
      const { store: picky } = indexed({ prefix, index: failing });
      const warnings: unknown[] = [];
      picky.on('warning', ({ code }) => warnings.push(code));
      assert.deepEqual(await idsOf(picky, 'ada'), ['good']);
      assert.deepEqual(warnings, ['ERR_HOLDFAST_INVALID_INDEX']);
      assert.equal(await picky.destroyAllOf('ada'), 2);
    });

    test('is not needed to read a session', async () => {
      const fails = () => {
        throw new Error('no user');
      };
      const { store, prefix } = indexed({ index: fails });
      const { store: other } = storeOn(fixture, { prefix });
      await other.set('id', sessionOf({ views: 1 }));
      assert.equal(Reflect.get(Object(await store.get('id')), 'views'), 1);
      const refused = hasCode('ERR_HOLDFAST_INVALID_INDEX', /index function threw/);
      await assert.rejects(store.set('id', sessionOf({ views: 2 })), refused);
      assert.equal(Reflect.get(Object(await store.get('id')), 'views'), 1);
    });

    test('refuses a user that is no text or empty, and stores nothing', async () => {
      const { store: reading } = indexed({ index: ({ cookie }) => cookie?.path });
      const noSession = null as unknown as SessionData;
      await assert.rejects(reading.set('id', noSession), hasCode('ERR_HOLDFAST_INVALID_ARGUMENT'));
      for (const user of ['', null, 7, {}, Promise.resolve('ada')]) {
        const { store } = indexed({ index: () => user as string });
        const refused = hasCode('ERR_HOLDFAST_INVALID_INDEX', /string that is not empty/);
        await assert.rejects(store.set('id', sessionOf()), refused);
        assert.equal(await store.length(), 0);
      }
    });

    test('is asked for by name where it is missing, and about a user', async () => {
      const { store } = storeOn(fixture);
      const needed = hasCode('ERR_HOLDFAST_INVALID_OPTION', /needs? the option index|option index/);
      await assert.rejects(store.sessionsOf('ada'), needed);
      await assert.rejects(store.countOf('ada'), needed);
      await assert.rejects(store.destroyAllOf('ada'), needed);
      const { store: withIndex } = indexed();
      const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /user|offset|limit|session id/);
      for (const user of ['', undefined, null, 7, {}] as string[]) {
        await assert.rejects(withIndex.sessionsOf(user), refused);
        await assert.rejects(withIndex.destroyAllOf(user), refused);
      }
      for (const page of [{ offset: -1 }, { offset: 1.5 }, { limit: 0 }, { limit: Number.NaN }]) {
        await assert.rejects(withIndex.sessionsOf('ada', page), refused);
      }
      await withIndex.set('id', sessionOf({ user: 'ada' }));
      await assert.rejects(withIndex.destroyAllOf('ada', { except: '' }), refused);
      assert.equal(await withIndex.countOf('ada'), 1);
    });
  });

  describe('its destroyAllOf', () => {
    test('ends the sessions of one user, but for one', async () => {
      const { store } = indexed();
      for (const id of ['this', 'that', 'another']) {
        await store.set(id, sessionOf({ user: 'ada' }));
      }
      await store.set('other', sessionOf({ user: 'bob' }));
      assert.equal(await store.destroyAllOf('ada', { except: 'this' }), 2);
      assert.deepEqual((await store.ids()).sort(), ['other', 'this']);
      assert.equal(await store.destroyAllOf('ada'), 1);
      assert.equal(await store.destroyAllOf('ada'), 0);
      assert.deepEqual(await store.ids(), ['other']);
    });

    test('lets no session come back that a request had read', async () => {
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
      const [ended] = await Promise.all([store.destroyAllOf('ada'), ...requests]);
      assert.equal(ended, 20);
      for (const [number, id] of ids.entries()) {
        await store.set(id, Object.assign(sessions[number] ?? sessionOf(), { views: 2 }));
      }
      assert.deepEqual(await store.ids(), []);
      assert.equal(await store.countOf('ada'), 0);
      assert.ok(dropped.length >= 20);
    });
  });

  describe('its maxPerUser', () => {
    test('ends the least recently active when one more begins', async () => {
      const { store } = indexed({ maxPerUser: 2 });
      await store.set('old', sessionSince(2 * HOUR, { user: 'ada' }, 30 * DAY));
      await store.set('newer', sessionSince(HOUR, { user: 'ada' }, DAY));
      await store.set('other', sessionSince(3 * HOUR, { user: 'bob' }, DAY));
      assert.equal(await store.countOf('ada'), 2);
      await store.set('newest', sessionOf({ user: 'ada' }));
      assert.deepEqual(await idsOf(store, 'ada'), ['newest', 'newer']);
      assert.deepEqual((await store.ids()).sort(), ['newer', 'newest', 'other']);
    });

    test('ends one also when a session that is there becomes the user’s', async () => {
      const { store, loaded } = indexed({ maxPerUser: 1 });
      await store.set('old', sessionSince(HOUR, { user: 'ada' }, DAY));
      await store.set('id', sessionOf());
      await store.set('id', Object.assign(await loaded('id'), { user: 'ada' }));
      assert.deepEqual(await store.ids(), ['id']);
    });

    test('ends none when a session is saved or touched that was one of them', async () => {
      const { store, prefix, loaded } = indexed();
      for (const id of ['a', 'b', 'c']) await store.set(id, sessionOf({ user: 'ada' }));
      const { store: limited } = indexed({ prefix, maxPerUser: 2 });
      const session = await limited.get('a');
      assert.ok(session);
      await limited.touch('a', session);
      await limited.set('a', Object.assign(session, { views: 1 }));
      assert.equal(await limited.countOf('ada'), 3);
      assert.equal(Reflect.get(await loaded('a'), 'views'), 1);
    });

    test('leaves as many as it says of sign-ins at the same time', async () => {
      const { store } = indexed({ maxPerUser: 2 });
      const ids = Array.from({ length: 8 }, (_, number) => `id${number}`);
      await Promise.all(ids.map((id) => store.set(id, sessionOf({ user: 'ada' }))));
      assert.equal(await store.countOf('ada'), 2);
      assert.equal(await store.length(), 2);
    });
  });
}
