import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { type Fixture, type Runner, until } from '../subject.ts';
import { hasCode, MINUTE, sessionOf, sessionUntil, storeOn } from './support.ts';

export function describeExpiry({ describe, test }: Runner, fixture: Fixture): void {
  describe('a session', () => {
    test('expires with its cookie, to the millisecond', async () => {
      const { store, assertTtl } = storeOn(fixture, { ttl: 300 });
      await store.set('id', sessionOf({}, 61_999));
      await assertTtl('id', 61_999);
      await store.set('id', sessionUntil(new Date(Date.now() + MINUTE).toISOString()));
      await assertTtl('id', MINUTE);
    });

    test('is missing after it expired', async () => {
      const { store } = storeOn(fixture);
      await store.set('id', sessionOf({}, 30));
      await until('the session has expired', async () => (await store.get('id')) === null);
      assert.equal(await store.length(), 0);
    });

    test('expires after ttl seconds if the cookie has no expiry, by default after a day', async () => {
      const { store, assertTtl } = storeOn(fixture, { ttl: 90 });
      const byDefault = storeOn(fixture);
      for (const session of [sessionOf({}, null), sessionUntil(undefined), sessionUntil(false)]) {
        await store.set('id', session);
        await assertTtl('id', 90_000);
        await byDefault.store.set('id', session);
        await byDefault.assertTtl('id', 86_400_000);
      }
    });

    test('expires when a ttl function says, whatever its cookie says', async () => {
      const ttl = (session: SessionData) => (Reflect.get(session, 'admin') ? 60 : 120);
      const { store, assertTtl } = storeOn(fixture, { ttl });
      await store.set('admin', sessionOf({ admin: true }, 30_000));
      await store.set('user', sessionOf());
      await assertTtl('admin', 60_000);
      await assertTtl('user', 120_000);
    });

    test('never expires with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });

    test('gets the longest TTL that Redis accepts if its expiry is farther away', async () => {
      const far = Number.MAX_SAFE_INTEGER;
      const stores = [{}, { ttl: far }, { ttl: () => far }];
      for (const options of stores) {
        const { store, pttl } = storeOn(fixture, options);
        const session = 'ttl' in options ? sessionOf({}, null) : sessionUntil(new Date(8.64e15));
        await store.set('id', session);
        await store.touch('id', session);
        assert.ok((await pttl('id')) > 86_400_000);
      }
    });

    test('is destroyed by set and by touch if its expiry is in the past', async () => {
      for (const options of [{}, { disableTTL: true }, { disableTouch: true }, { ttl: () => 60 }]) {
        const { store, exists } = storeOn(fixture, options);
        for (const method of ['set', 'touch'] as const) {
          await store.set('id', sessionOf());
          await store[method]('id', sessionOf({}, -1000));
          assert.equal(await exists('id'), false);
        }
      }
    });

    test('is rejected if its expiry is not a date, and the stored session stays', async () => {
      const { store, raw, assertTtl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const before = await raw('GET', 'id');
      for (const expires of [
        new Date(Number.NaN),
        'tomorrow',
        true,
        {},
        Number.POSITIVE_INFINITY,
      ]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_EXPIRES', /cookie\.expires/);
        await assert.rejects(store.set('id', sessionUntil(expires)), refused);
        await assert.rejects(store.touch('id', sessionUntil(expires)), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
      await assertTtl('id', MINUTE);
    });

    test('is rejected if the ttl function throws or does not return whole seconds, and the stored session stays', async () => {
      const prefix = fixture.fresh();
      const good = storeOn(fixture, { prefix });
      await good.store.set('id', sessionOf({ views: 1 }));
      const before = await good.raw('GET', 'id');
      const returned: unknown[] = [
        0,
        -1,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        '60',
        undefined,
      ];
      const functions = returned.map((value) => () => value as number);
      functions.push((async () => 60) as never, () => Promise.reject(new Error('late')) as never);
      functions.push(() => {
        throw new Error('the ttl function failed');
      });
      for (const ttl of functions) {
        const { store } = storeOn(fixture, { prefix, ttl });
        const refused = hasCode('ERR_HOLDFAST_INVALID_TTL', /ttl/);
        await assert.rejects(store.set('id', sessionOf()), refused);
        await assert.rejects(store.touch('id', sessionOf()), refused);
      }
      assert.equal(await good.raw('GET', 'id'), before);
      await good.assertTtl('id', MINUTE);
    });
  });
}
