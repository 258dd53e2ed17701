import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { HoldfastError, RedisStore } from '@holdfast/core';
import type { Fixture, Runner } from '../subject.ts';
import { hasCode, sessionOf, storeOn } from './support.ts';

/** Texts that no store writes: not JSON, not an object, or not accepted by express-session. */
const CORRUPT = [
  '',
  'secret {',
  '"secret"',
  'null',
  '7',
  '["secret"]',
  '{"cookie":null}',
  '{"cookie":{"originalMaxAge":"secret"}}',
  '{"cookie":{"expires":"secret"}}',
  '{"cookie":{"originalMaxAge":true}}',
  '{"cookie":{"maxAge":"secret"}}',
  '{"cookie":"secret"}',
];

export function describeUnreadable({ describe, test }: Runner, fixture: Fixture): void {
  describe('unreadable values', () => {
    test('are missing sessions of get, each with a warning that shows neither the id nor the content', async () => {
      const { store, raw } = storeOn(fixture);
      const warnings = warningsOf(store);
      for (const text of CORRUPT) {
        await raw('SET', 'live-id', text);
        assert.equal(await store.get('live-id'), null);
        assert.equal(await raw('GET', 'live-id'), text);
        const [warning, ...others] = warnings.splice(0);
        hasCode('ERR_HOLDFAST_CORRUPT')(warning);
        assert.equal(warning?.handle, store.handleOf('live-id'));
        assert.doesNotMatch(inspect(warning), /live-id|secret/);
        assert.deepEqual(others, []);
      }
    });

    test('of another Redis type are missing sessions of get, with a warning', async () => {
      const { store, raw } = storeOn(fixture);
      const warnings = warningsOf(store);
      await raw('RPUSH', 'live-id', 'item');
      assert.equal(await store.get('live-id'), null);
      assert.deepEqual(
        warnings.map(({ code, handle }) => ({ code, handle })),
        [{ code: 'ERR_HOLDFAST_WRONG_TYPE', handle: store.handleOf('live-id') }],
      );
      assert.doesNotMatch(inspect(warnings), /live-id/);
    });

    test('are missing sessions of update, which leaves them', async () => {
      const { store, raw } = storeOn(fixture);
      await raw('SET', 'id', 'secret {');
      assert.equal(await store.update('id', () => {}), null);
      assert.equal(await raw('GET', 'id'), 'secret {');
    });

    test('are not replaced by a save that would have to be merged with them', async () => {
      const { store, raw } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }));
      const session = Object(await store.get('id'));
      await raw('SET', 'id', 'secret {');
      const save = store.set('id', Object.assign(session, { views: 2 }));
      await assert.rejects(save, hasCode('ERR_HOLDFAST_CORRUPT'));
      assert.equal(await raw('GET', 'id'), 'secret {');
    });

    test('of another Redis type are not replaced by a save, and the error has a code', async () => {
      const { store, raw } = storeOn(fixture);
      await store.set('live-id', sessionOf({ views: 1 }));
      const session = Object(await store.get('live-id'));
      await raw('DEL', 'live-id');
      await raw('RPUSH', 'live-id', 'item');
      const error = await store.set('live-id', Object.assign(session, { views: 2 })).then(
        () => undefined,
        (reason) => reason,
      );
      hasCode('ERR_HOLDFAST_WRONG_TYPE')(error);
      assert.doesNotMatch(inspect(error), /live-id/);
      assert.equal(await raw('LINDEX', 'live-id', '0'), 'item');
    });

    test('do not include cookies whose ages are numbers, null, false, or missing', async () => {
      const { store, raw } = storeOn(fixture);
      for (const cookie of [
        {},
        { originalMaxAge: null },
        { originalMaxAge: false },
        { maxAge: 5 },
      ]) {
        await raw('SET', 'id', JSON.stringify({ cookie }));
        assert.deepEqual(await store.get('id'), { cookie });
      }
    });

    test('can be replaced and destroyed', async () => {
      const { store, raw, exists } = storeOn(fixture);
      await raw('RPUSH', 'list', 'item');
      await store.set('list', sessionOf({ views: 1 }));
      assert.equal(Reflect.get(Object(await store.get('list')), 'views'), 1);
      await raw('RPUSH', 'other', 'item');
      await store.destroy('other');
      assert.equal(await exists('other'), false);
    });

    test('are skipped by all() and sessions(), each with a warning', async () => {
      const { store, raw } = storeOn(fixture);
      await store.set('good', sessionOf());
      await raw('SET', 'corrupt', 'secret {');
      await raw('RPUSH', 'list', 'item');
      const warnings = warningsOf(store);
      const all = await store.all();
      assert.deepEqual(
        all.map(({ id }) => id),
        ['good'],
      );
      assert.deepEqual(warnings.map(({ code, handle }) => `${code} ${handle}`).sort(), [
        `ERR_HOLDFAST_CORRUPT ${store.handleOf('corrupt')}`,
        `ERR_HOLDFAST_WRONG_TYPE ${store.handleOf('list')}`,
      ]);
    });

    test('do no harm if there is no warning listener', async () => {
      const { store, raw } = storeOn(fixture);
      await raw('SET', 'corrupt', '{');
      assert.deepEqual(await store.all(), []);
    });
  });
}

/** Collects the warnings of a store. */
function warningsOf(store: RedisStore): HoldfastError[] {
  const warnings: HoldfastError[] = [];
  store.on('warning', (warning) => warnings.push(warning));
  return warnings;
}
