import assert from 'node:assert/strict';
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
  '{"cookie":{"originalMaxAge":true}}',
  '{"cookie":{"maxAge":"secret"}}',
  '{"cookie":"secret"}',
];

export function describeUnreadable({ describe, test }: Runner, fixture: Fixture): void {
  describe('unreadable values', () => {
    test('are an error of get that names the key but not the content', async () => {
      const { store, raw, prefix } = storeOn(fixture);
      for (const text of CORRUPT) {
        await raw('SET', 'id', text);
        await assert.rejects(store.get('id'), (error: Error & { key?: string }) => {
          hasCode('ERR_HOLDFAST_CORRUPT')(error);
          assert.equal(error.key, `${prefix}id`);
          assert.ok(error.message.includes(`${prefix}id`));
          assert.ok(!`${error.stack}${error.cause}`.includes('secret'));
          return true;
        });
      }
    });

    test('of another Redis type are an error of get', async () => {
      const { store, raw, prefix } = storeOn(fixture);
      await raw('RPUSH', 'id', 'item');
      await assert.rejects(store.get('id'), (error: Error & { key?: string }) => {
        hasCode('ERR_HOLDFAST_WRONG_TYPE')(error);
        assert.equal(error.key, `${prefix}id`);
        return true;
      });
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
      const { store, raw, prefix } = storeOn(fixture);
      await store.set('good', sessionOf());
      await raw('SET', 'corrupt', 'secret {');
      await raw('RPUSH', 'list', 'item');
      const warnings: { code: string; key: string }[] = [];
      store.on('warning', ({ code, key }) => warnings.push({ code, key }));
      const all = await store.all();
      assert.deepEqual(
        all.map(({ id }) => id),
        ['good'],
      );
      assert.deepEqual(
        warnings.sort((a, b) => a.key.localeCompare(b.key)),
        [
          { code: 'ERR_HOLDFAST_CORRUPT', key: `${prefix}corrupt` },
          { code: 'ERR_HOLDFAST_WRONG_TYPE', key: `${prefix}list` },
        ],
      );
    });

    test('do no harm if there is no warning listener', async () => {
      const { store, raw } = storeOn(fixture);
      await raw('SET', 'corrupt', '{');
      assert.deepEqual(await store.all(), []);
    });
  });
}
