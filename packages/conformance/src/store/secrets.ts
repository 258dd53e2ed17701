import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { encrypted, type RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import type { Fixture, Runner } from '../subject.ts';
import { hasCode, sessionOf, storeOn, written } from './support.ts';

const keyOf = (id: string) => ({ id, key: randomBytes(32) });

export function describeSecrets({ describe, test }: Runner, fixture: Fixture): void {
  /** A store of encrypted sessions, and what it warns of. */
  const encrypting = (keys = [keyOf('key')], prefix = fixture.fresh()) => {
    const serializer = encrypted<SessionData>({ keys });
    const subject = storeOn(fixture, { serializer, prefix, index });
    return { ...subject, warnings: warningsOf(subject.store) };
  };

  describe('its encrypted sessions', () => {
    test('are read as they were written, and stored as text that does not show them', async () => {
      const { store, raw } = encrypting();
      const session = sessionOf({ user: 'ada', name: 'zażółć 한국어 🦊' });
      await store.set('id', session);
      assert.match(String(await raw('GET', 'id')), /^hf1\.key\.[\w-]+$/);
      assert.deepEqual(await store.get('id'), written(session));
      assert.deepEqual(await store.all(), [{ ...Object(written(session)), id: 'id' }]);
      assert.equal((await store.sessionsOf('ada')).length, 1);
    });

    test('are none where they do not open, with a warning, and can be begun anew', async () => {
      const { store, raw, prefix, warnings } = encrypting();
      await store.set('id', sessionOf({ user: 'ada' }));
      await store.set('copy', sessionOf({ user: 'ada' }));
      await raw('SET', 'copy', String(await raw('GET', 'id')));
      assert.equal(await store.get('copy'), null);
      assert.equal(await store.update('copy', () => assert.fail('It was opened.')), null);
      assert.deepEqual(await store.all().then((all) => all.map(({ id }) => id)), ['id']);
      assert.deepEqual(
        (await store.sessionsOf('ada')).map(({ id }) => id),
        ['id'],
      );
      assert.deepEqual(warnings, Array(4).fill(['ERR_HOLDFAST_SEALED', `${prefix}copy`]));
      await store.set('copy', sessionOf({ user: 'bob' }));
      assert.equal(Reflect.get(Object(await store.get('copy')), 'user'), 'bob');
      await raw('SET', 'copy', 'no session');
      await store.destroy('copy');
      assert.deepEqual(await store.ids(), ['id']);
    });

    test('are not written over what does not open, by a request that had read something else', async () => {
      const keys = [keyOf('old')];
      const { store, prefix, raw } = encrypting(keys);
      const { store: newer } = encrypting([keyOf('new'), ...keys], prefix);
      await store.set('id', sessionOf({ views: 1 }));
      const [mine, theirs] = [await store.get('id'), await newer.get('id')];
      assert.ok(mine && theirs);
      await newer.set('id', Object.assign(theirs, { views: 2 }));
      const before = await raw('GET', 'id');
      const refused = hasCode('ERR_HOLDFAST_SEALED');
      await assert.rejects(store.set('id', Object.assign(mine, { views: 3 })), refused);
      await assert.rejects(store.touch('id', mine), refused);
      assert.equal(await raw('GET', 'id'), before);
      assert.equal(Reflect.get(Object(await newer.get('id')), 'views'), 2);
    });
  });
}

const index = (session: object): string | undefined => Reflect.get(session, 'user');

/** The code and key of each warning. */
function warningsOf(store: RedisStore): unknown[] {
  const warnings: unknown[] = [];
  store.on('warning', ({ code, key }) => warnings.push([code, key]));
  return warnings;
}
