import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { assertPttl, type Fixture, type Runner, until } from '../subject.ts';
import { hasCode, MINUTE, sessionOf, sessionUntil, storeOn } from './support.ts';

export function describeExpiry({ describe, test }: Runner, fixture: Fixture): void {
  describe('its sessions', () => {
    test("live until their cookie's expiry, to the millisecond", async () => {
      const { store, pttl } = storeOn(fixture, { ttl: 5 });
      await store.set('id', sessionOf({}, 12_999));
      assertPttl(await pttl('id'), 12_999);
      await store.set('id', sessionUntil(new Date(Date.now() + MINUTE).toISOString()));
      assertPttl(await pttl('id'), MINUTE);
    });

    test('are gone after that', async () => {
      const { store } = storeOn(fixture);
      await store.set('id', sessionOf({}, 30));
      await until(async () => (await store.get('id')) === null);
      assert.equal(await store.length(), 0);
    });

    test('live for ttl seconds where the cookie has no expiry, a day by default', async () => {
      const { store, pttl } = storeOn(fixture, { ttl: 90 });
      const byDefault = storeOn(fixture);
      for (const session of [sessionOf({}, null), sessionUntil(undefined), sessionUntil(false)]) {
        await store.set('id', session);
        assertPttl(await pttl('id'), 90_000);
        await byDefault.store.set('id', session);
        assertPttl(await byDefault.pttl('id'), 86_400_000);
      }
    });

    test('live as long as a ttl function says, whatever their cookie says', async () => {
      const ttl = (session: SessionData) => (Reflect.get(session, 'admin') ? 60 : 120);
      const { store, pttl } = storeOn(fixture, { ttl });
      await store.set('admin', sessionOf({ admin: true }, 5000));
      await store.set('user', sessionOf());
      assertPttl(await pttl('admin'), 60_000);
      assertPttl(await pttl('user'), 120_000);
    });

    test('live without end with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });

    test('whose expiry is too far for Redis live as long as Redis lets them', async () => {
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

    test('whose expiry is past are destroyed, by set and by touch', async () => {
      for (const options of [{}, { disableTTL: true }, { disableTouch: true }, { ttl: () => 60 }]) {
        const { store, exists } = storeOn(fixture, options);
        for (const method of ['set', 'touch'] as const) {
          await store.set('id', sessionOf());
          await store[method]('id', sessionOf({}, -1000));
          assert.equal(await exists('id'), false);
        }
      }
    });

    test('whose expiry is no date are refused, and what is stored stays', async () => {
      const { store, raw, pttl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const before = await raw('GET', 'id');
      for (const expires of [
        new Date(Number.NaN),
        'tomorrow',
        true,
        {},
        Number.POSITIVE_INFINITY,
      ]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_EXPIRES', /cookie\.expires must be a date/);
        await assert.rejects(store.set('id', sessionUntil(expires)), refused);
        await assert.rejects(store.touch('id', sessionUntil(expires)), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
      assertPttl(await pttl('id'), MINUTE);
    });

    test('are refused when a ttl function throws or answers no whole seconds, and what is stored stays', async () => {
      const prefix = fixture.fresh();
      const good = storeOn(fixture, { prefix });
      await good.store.set('id', sessionOf({ views: 1 }));
      const before = await good.raw('GET', 'id');
      const answers: unknown[] = [
        0,
        -1,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        '60',
        undefined,
      ];
      const functions = answers.map((answer) => () => answer as number);
      functions.push((async () => 60) as never, () => Promise.reject(new Error('late')) as never);
      functions.push(() => {
        throw new Error('the ttl function failed');
      });
      for (const ttl of functions) {
        const { store } = storeOn(fixture, { prefix, ttl });
        const refused = hasCode('ERR_HOLDFAST_INVALID_TTL', /ttl function/);
        await assert.rejects(store.set('id', sessionOf()), refused);
        await assert.rejects(store.touch('id', sessionOf()), refused);
      }
      assert.equal(await good.raw('GET', 'id'), before);
      assertPttl(await good.pttl('id'), MINUTE);
    });
  });
}
