import assert from 'node:assert/strict';
import type { RedisLike, RedisStore } from '@holdfast/core';
import { type Fixture, type Runner, withMethods } from '../subject.ts';
import { MINUTE, ODD_IDS, sessionOf, storeOn } from './support.ts';

/** Returns a client that records the number of keys of each command. */
function counting(redis: RedisLike): { client: RedisLike; mget: number[]; del: number[] } {
  const [mget, del]: [number[], number[]] = [[], []];
  const client = withMethods(redis, {
    mget(keys) {
      mget.push(keys.length);
      return redis.mget(keys);
    },
    del(keys) {
      del.push(keys.length);
      return redis.del(keys);
    },
  });
  return { client, mget, del };
}

async function fill(store: RedisStore, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `id${index}`);
  await Promise.all(ids.map((id, index) => store.set(id, sessionOf({ index }))));
  return ids.sort();
}

export function describeListing({ describe, test }: Runner, fixture: Fixture): void {
  describe('listing', () => {
    test('returns every session once, with its id', async () => {
      const { store } = storeOn(fixture, { scanCount: 10 });
      const ids = await fill(store, 250);
      assert.equal(await store.length(), 250);
      assert.deepEqual((await store.ids()).sort(), ids);
      const all = await store.all();
      assert.deepEqual(all.map(({ id }) => id).sort(), ids);
      for (const session of all) {
        assert.equal(session.id, `id${Reflect.get(session, 'index')}`);
        assert.equal(session.cookie.originalMaxAge, MINUTE);
      }
    });

    for (const trackCount of [false, true]) {
      const option = trackCount ? ' with trackCount' : '';
      test(`lists, counts, and ends sessions whatever characters their ids have${option}`, async () => {
        const userId = (session: object): string | undefined => Reflect.get(session, 'user');
        const { store } = storeOn(fixture, { trackCount, userId, scanCount: 7 });
        const ids = [...ODD_IDS].sort();
        for (const id of ids) await store.set(id, sessionOf({ user: `user ${id}`, own: id }));
        assert.equal(await store.length(), ids.length);
        assert.deepEqual((await store.ids()).sort(), ids);
        const all = await store.all();
        assert.deepEqual(all.map(({ id }) => id).sort(), ids);
        for (const session of all) assert.equal(Reflect.get(session, 'own'), session.id);
        for (const id of ids) {
          assert.equal(Reflect.get(Object(await store.get(id)), 'own'), id);
          assert.deepEqual(
            (await store.listByUser(`user ${id}`)).map((listed) => listed.id),
            [id],
          );
        }
        const [ended = '', ...others] = ids;
        await store.destroy(ended);
        assert.deepEqual((await store.ids()).sort(), others);
        assert.equal(await store.length(), others.length);
        await store.clear();
        assert.equal(await store.length(), 0);
        for (const id of ids) {
          assert.equal(await store.get(id), null);
          assert.equal(await store.countByUser(`user ${id}`), 0);
        }
      });
    }

    test('returns every session once if the scan yields keys twice', async () => {
      const client = withMethods(fixture.redis, {
        async *scan(match, count) {
          yield* fixture.redis.scan(match, count);
          yield* fixture.redis.scan(match, count);
        },
      });
      const { store } = storeOn(fixture, { client, scanCount: 10 });
      const ids = await fill(store, 25);
      assert.equal(await store.length(), 25);
      assert.deepEqual((await store.ids()).sort(), ids);
      assert.deepEqual((await store.all()).map(({ id }) => id).sort(), ids);
    });

    test('returns nothing if there is nothing', async () => {
      const { store } = storeOn(fixture);
      assert.equal(await store.length(), 0);
      assert.deepEqual(await store.ids(), []);
      assert.deepEqual(await store.all(), []);
      await store.clear();
    });

    test('skips sessions that end during the scan', async () => {
      const prefix = fixture.fresh();
      const client = withMethods(fixture.redis, {
        async *scan(match, count) {
          for await (const keys of fixture.redis.scan(match, count)) {
            await fixture.redis.del([`${prefix}id0`, `${prefix}id1`]);
            yield keys;
          }
        },
      });
      const { store } = storeOn(fixture, { client, prefix });
      await fill(store, 4);
      const warnings: unknown[] = [];
      store.on('warning', (warning) => warnings.push(warning));
      const all = await store.all();
      assert.deepEqual(all.map(({ id }) => id).sort(), ['id2', 'id3']);
      assert.deepEqual(warnings, []);
    });

    for (const character of ['*', '?', '[', ']', '^', '-', '\\', '[a-z]', '\\*']) {
      test(`touches only its own keys with ${character} in the prefix`, async () => {
        const beginning = fixture.fresh();
        const own = `a${character}b:`;
        const { store, exists } = storeOn(fixture, { prefix: beginning + own });
        const others = ['ab:', 'axb:', 'a:b:', 'amb:', 'a\\b:', 'a*b:', 'b:']
          .filter((ending) => ending !== own)
          .map((ending) => storeOn(fixture, { prefix: beginning + ending }));
        for (const other of others) await other.store.set('other', sessionOf());
        await store.set('mine', sessionOf());
        assert.equal(await store.length(), 1);
        assert.deepEqual(await store.ids(), ['mine']);
        assert.equal((await store.all()).length, 1);
        await store.clear();
        assert.equal(await exists('mine'), false);
        for (const other of others) assert.equal(await other.exists('other'), true);
      });
    }

    test('clears every session and nothing else', async () => {
      const { store } = storeOn(fixture, { scanCount: 10 });
      const other = storeOn(fixture);
      await other.store.set('id', sessionOf());
      await fill(store, 250);
      await store.clear();
      assert.equal(await store.length(), 0);
      assert.equal(await other.exists('id'), true);
    });

    test('sends batches of scanCount keys', async () => {
      const { client, mget, del } = counting(fixture.redis);
      const { store } = storeOn(fixture, { client, scanCount: 10 });
      await fill(store, 95);
      await store.all();
      await store.clear();
      assert.deepEqual(mget, [10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
      assert.deepEqual(del, mget);
    });

    test('reads one batch at a time through sessions()', async () => {
      const { client, mget } = counting(fixture.redis);
      const { store } = storeOn(fixture, { client, scanCount: 10 });
      const ids = await fill(store, 30);
      const seen: string[] = [];
      for await (const { id, session } of store.sessions()) {
        seen.push(id);
        assert.equal(id, `id${Reflect.get(session, 'index')}`);
        assert.equal(mget.length, Math.ceil(seen.length / 10));
      }
      assert.deepEqual(seen.sort(), ids);
    });
  });
}
