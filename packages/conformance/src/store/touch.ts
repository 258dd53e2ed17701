import assert from 'node:assert/strict';
import type { Fixture, Runner } from '../subject.ts';
import { assertTtl, MINUTE, sessionOf, storeOn } from './support.ts';

export function describeTouch({ describe, test }: Runner, fixture: Fixture): void {
  describe('its touch', () => {
    test('puts off the end of a session and leaves its content alone', async () => {
      const { store, raw, pttl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }, 5000));
      const before = await raw('GET', 'id');
      await store.touch('id', sessionOf({ views: 2 }, MINUTE));
      assertTtl(await pttl('id'), MINUTE);
      assert.equal(await raw('GET', 'id'), before);
    });

    test('of a missing session is no error and makes nothing', async () => {
      const { store, exists } = storeOn(fixture);
      await store.touch('id', sessionOf());
      assert.equal(await exists('id'), false);
    });

    test('does nothing with disableTouch, while a save does', async () => {
      const { store, pttl } = storeOn(fixture, { disableTouch: true });
      await store.set('id', sessionOf({}, 5000));
      await store.touch('id', sessionOf());
      assertTtl(await pttl('id'), 5000);
      await store.set('id', sessionOf());
      assertTtl(await pttl('id'), MINUTE);
    });

    test('does nothing with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      await store.touch('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });
  });
}
