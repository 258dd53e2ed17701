import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { assertRemaining, type Fixture, type Runner, until, withMethods } from '../subject.ts';
import { MINUTE, sessionOf, storeOn } from './support.ts';
import { DAY, HOUR, idsOf, indexedOn, sessionSince } from './user-support.ts';

export function describeUsers({ describe, test }: Runner, fixture: Fixture): void {
  const indexed = indexedOn(fixture);

  describe('the sessions of a user', () => {
    test('are listed with id, handle, expiry, and last activity, without those of other users', async () => {
      const { store, prefix } = indexed();
      const mine = sessionOf({ user: 'ada', views: 1 });
      await store.set('mine', mine);
      await store.set('other', sessionOf({ user: 'bob' }));
      await store.set('anonymous', sessionOf());
      const [listed, ...more] = await store.listByUser('ada');
      assert.deepEqual(more, []);
      assert.equal(listed?.id, 'mine');
      assert.equal(listed.handle, createHash('sha256').update('mine').digest('hex'));
      assert.equal(Reflect.get(Object(listed?.session), 'views'), 1);
      const [now, elapsedMs] = [Date.now(), fixture.elapsedMs(prefix)];
      assertRemaining(Number(listed?.expires) - now, MINUTE, elapsedMs);
      assertRemaining(Number(listed?.lastActive) - now, 0, elapsedMs);
      assert.deepEqual(await store.listByUser('anonymous'), []);
      assert.equal(await store.countByUser('ada'), 1);
      assert.equal(await store.countByUser('eve'), 0);
    });

    test('are listed with the latest activity first, whatever their lifetimes', async () => {
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

    test('are listed in that order with a ttl function, too', async () => {
      const midnight = Date.now() + HOUR;
      const { store, prefix } = indexed({
        ttl: ({ cookie }) => {
          assert.ok(cookie.expires);
          return Math.ceil((midnight - Date.now()) / 1000);
        },
      });
      await store.set('idle', sessionSince(MINUTE, { user: 'ada' }, DAY));
      await store.set('active', sessionSince(0, { user: 'ada' }, HOUR));
      const [active, idle] = await store.listByUser('ada');
      assert.deepEqual([active?.id, idle?.id], ['active', 'idle']);
      const idleFor = Number(idle?.lastActive) - Date.now();
      assertRemaining(idleFor, -MINUTE, fixture.elapsedMs(prefix));
    });

    test('are listed page by page with offset and limit', async () => {
      const { store } = indexed();
      const ids = ['a', 'b', 'c', 'd', 'e'];
      for (const [age, id] of ids.entries()) {
        await store.set(id, sessionSince(age * 1000, { user: 'ada' }, HOUR));
      }
      const page = async (offset?: number, limit?: number) =>
        (await store.listByUser('ada', { offset, limit })).map(({ id }) => id);
      assert.deepEqual(await page(), ids);
      assert.deepEqual(await page(0, 2), ['a', 'b']);
      assert.deepEqual(await page(2, 2), ['c', 'd']);
      assert.deepEqual(await page(4, 2), ['e']);
      assert.deepEqual(await page(5, 2), []);
    });

    test('are all listed if many expire at the same time', async () => {
      const { store } = indexed({ scanCount: 10 });
      const session = sessionOf({ user: 'ada' });
      const ids = Array.from({ length: 75 }, (_, number) => `id${number}`).sort();
      await Promise.all(ids.map((id) => store.set(id, { ...session })));
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ids);
      assert.equal(await store.countByUser('ada'), 75);
      assert.equal(await store.destroyByUser('ada'), 75);
      assert.equal(await store.length(), 0);
    });

    test('are all listed if the expiry of one goes up and down during the listing', async () => {
      const { prefix, store: writer, loaded } = indexed();
      for (const [number, id] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        await writer.set(id, sessionOf({ user: 'ada' }, (number + 1) * MINUTE));
      }
      const lives = [HOUR, MINUTE / 2, HOUR, MINUTE / 2];
      const client = withMethods(fixture.redis, {
        async zrangeByScore(...range) {
          const { cookie } = sessionOf({}, lives.shift() ?? HOUR);
          await writer.touch('b', Object.assign(await loaded('b'), { cookie }));
          return fixture.redis.zrangeByScore(...range);
        },
      });
      const { store } = indexed({ client, prefix, scanCount: 2 });
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ['a', 'b', 'c', 'd', 'e']);
    });

    test('never expire with disableTTL, and are still listed by activity', async () => {
      const { store, setTtl } = indexed({ disableTTL: true });
      await store.set('first', sessionOf({ user: 'ada' }));
      const [first] = await store.listByUser('ada');
      await until('the clock moves', () => Date.now() > Number(first?.lastActive));
      await store.set('second', sessionOf({ user: 'ada' }));
      const listed = await store.listByUser('ada');
      assert.deepEqual(
        listed.map(({ id, expires }) => [id, expires]),
        [
          ['second', undefined],
          ['first', undefined],
        ],
      );
      assert.ok((await setTtl('ada')) > 20 * DAY);
    });

    test('move to another user, or to none, when the user id changes', async () => {
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

    test('belong to the user that another request assigned', async () => {
      const { store, loaded } = indexed();
      await store.set('id', sessionOf({ views: 1 }));
      const [signIn, view] = [await loaded('id'), await loaded('id')];
      await store.set('id', Object.assign(signIn, { user: 'ada' }));
      await store.set('id', Object.assign(view, { views: 2 }));
      const [listed] = await store.listByUser('ada');
      assert.equal(Reflect.get(Object(listed?.session), 'views'), 2);
    });

    test('are bound to what was read, so that a save does not revive an ended one', async () => {
      const { store } = indexed();
      await store.set('id', sessionOf({ user: 'ada', views: 1 }));
      const [listed] = await store.listByUser('ada');
      assert.ok(listed);
      await store.destroy('id');
      await store.set('id', listed.session);
      assert.equal(await store.get('id'), null);
    });

    test('are removed from the index by destroy', async () => {
      const { store, setTtl } = indexed();
      await store.set('id', sessionOf({ user: 'ada' }));
      await store.destroy('id');
      assert.deepEqual(await store.listByUser('ada'), []);
      assert.equal(await setTtl('ada'), -2);
    });

    test('enter the index at the next touch, save, or update if they are older than the option', async () => {
      const { store, prefix } = indexed();
      const { store: before } = storeOn(fixture, { prefix });
      for (const id of ['touched', 'saved', 'updated']) {
        await before.set(id, sessionOf({ user: 'ada' }));
      }
      assert.equal(await store.countByUser('ada'), 0);
      const [touched, saved] = [await store.get('touched'), await store.get('saved')];
      assert.ok(touched && saved);
      await store.touch('touched', touched);
      await store.set('saved', saved);
      await store.update('updated', () => {});
      assert.deepEqual((await idsOf(store, 'ada')).sort(), ['saved', 'touched', 'updated']);
    });

    test('are indexed with concurrency overwrite, too', async () => {
      const { store, loaded, score } = indexed({ concurrency: 'overwrite' });
      await store.set('id', sessionOf({ user: 'ada' }));
      const session = await loaded('id');
      await store.touch('id', session);
      assert.deepEqual(await idsOf(store, 'ada'), ['id']);
      await store.set('id', Object.assign(session, { user: 'bob' }));
      assert.deepEqual(await idsOf(store, 'bob'), ['id']);
      assert.equal(await score('ada', 'id'), null);
    });

    test('are skipped with a warning if they cannot be read, and still destroyed with the others', async () => {
      const { store, raw, exists } = indexed();
      const warnings: unknown[] = [];
      store.on('warning', ({ code }) => warnings.push(code));
      await store.set('good', sessionOf({ user: 'ada' }));
      await store.set('bad', sessionOf({ user: 'ada' }));
      await raw('SET', 'bad', 'no session');
      assert.deepEqual(await idsOf(store, 'ada'), ['good']);
      assert.equal(await store.countByUser('ada'), 1);
      assert.equal(await store.destroyByUser('ada'), 2);
      assert.deepEqual(warnings, Array(3).fill('ERR_HOLDFAST_CORRUPT'));
      assert.equal(await exists('bad'), false);
    });
  });
}
