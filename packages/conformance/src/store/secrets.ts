import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { encrypted, type RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import type { Fixture, Runner } from '../subject.ts';
import { hasCode, type Options, sessionOf, storeOn, written } from './support.ts';

const keyOf = (id: string) => ({ id, key: randomBytes(32) });

export function describeSecrets(runner: Runner, fixture: Fixture): void {
  describeEncryption(runner, fixture);
  describeHashedIds(runner, fixture);
}

function describeEncryption({ describe, test }: Runner, fixture: Fixture): void {
  /** Opens a store of encrypted sessions, and collects its warnings. */
  const encrypting = (keys = [keyOf('key')], prefix = fixture.fresh()) => {
    const serializer = encrypted<SessionData>({ keys });
    const subject = storeOn(fixture, { serializer, prefix, userId });
    return { ...subject, warnings: warningsOf(subject.store) };
  };

  describe('encrypted sessions', () => {
    test('are read as they were written, and are not readable in Redis', async () => {
      const { store, raw } = encrypting();
      const session = sessionOf({ user: 'ada', name: 'zażółć 한국어 🦊' });
      await store.set('id', session);
      assert.match(String(await raw('GET', 'id')), /^hf1\.key\.[\w-]+$/);
      assert.deepEqual(await store.get('id'), written(session));
      assert.deepEqual(await store.all(), [{ ...Object(written(session)), id: 'id' }]);
      assert.equal((await store.listByUser('ada')).length, 1);
    });

    test('count as missing, with a warning, if they cannot be decrypted, and can be replaced', async () => {
      const { store, raw, warnings } = encrypting();
      await store.set('id', sessionOf({ user: 'ada' }));
      await store.set('copy', sessionOf({ user: 'ada' }));
      await raw('SET', 'copy', String(await raw('GET', 'id')));
      assert.equal(await store.get('copy'), null);
      assert.equal(await store.update('copy', () => assert.fail('It was opened.')), null);
      assert.deepEqual(await store.all().then((all) => all.map(({ id }) => id)), ['id']);
      assert.deepEqual(
        (await store.listByUser('ada')).map(({ id }) => id),
        ['id'],
      );
      assert.deepEqual(warnings, Array(4).fill(['ERR_HOLDFAST_SEALED', store.handleOf('copy')]));
      await store.set('copy', sessionOf({ user: 'bob' }));
      assert.equal(Reflect.get(Object(await store.get('copy')), 'user'), 'bob');
      await raw('SET', 'copy', 'no session');
      await store.destroy('copy');
      assert.deepEqual(await store.ids(), ['id']);
    });

    test('never overwrite a value that they cannot decrypt', async () => {
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

function describeHashedIds({ describe, test }: Runner, fixture: Fixture): void {
  const hashing = (options: Options = {}) =>
    storeOn(fixture, { hashIds: true, userId, trackCount: true, ...options });

  /** Opens two stores of the same sessions. The first one has stored a session under its plain id. */
  const mixed = async (hashIds: 'readPlain' | 'writePlain' = 'readPlain') => {
    const { store: plain, prefix } = hashing({ hashIds: false });
    await plain.set('plain', sessionOf({ user: 'ada', views: 1 }));
    return { plain, ...hashing({ hashIds, prefix }) };
  };

  describe('sessions with hashed ids', () => {
    test('are stored under a hash of the id, and cannot be read by that hash', async () => {
      const { store, exists, prefix } = hashing();
      const session = sessionOf({ user: 'ada' });
      await store.set('id', session);
      assert.equal(await exists('id'), false);
      assert.equal(await exists(hashed('id')), true);
      for (const hashIds of [true, 'readPlain', 'writePlain'] as const) {
        const { store: same } = hashing({ hashIds, prefix });
        for (const id of [store.handleOf('id'), hashed('id')]) {
          assert.equal(await same.get(id), null);
          assert.equal(await same.update(id, () => assert.fail('It was opened.')), null);
          await same.touch(id, sessionOf({}, -1000));
          await same.destroy(id);
          await same.set(id, sessionOf({ user: 'eve' }, -1000));
        }
        assert.deepEqual(await same.get('id'), written(session));
      }
      const { store: plain } = hashing({ hashIds: false, prefix });
      const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /sha256:/);
      await assert.rejects(plain.get(hashed('id')), refused);
    });

    test('are listed by handle, which destroyByHandle accepts', async () => {
      const { store } = hashing();
      await store.set('id', sessionOf({ user: 'ada' }));
      await store.set('other', sessionOf({ user: 'ada' }));
      const handle = createHash('sha256').update('id').digest('hex');
      assert.equal(store.handleOf('id'), handle);
      const handles = [handle, store.handleOf('other')].sort();
      const listed = await store.listByUser('ada');
      assert.deepEqual(listed.map(({ id }) => id).sort(), handles);
      assert.deepEqual(listed.map(({ handle }) => handle).sort(), handles);
      assert.deepEqual((await store.ids()).sort(), handles);
      assert.deepEqual((await store.all()).map(({ id }) => id).sort(), handles);
      await store.destroyByHandle(handle);
      await store.destroyByHandle(handle);
      assert.equal(await store.get('id'), null);
      assert.equal(await store.countByUser('ada'), 1);
      assert.equal(await store.length(), 1);
      for (const bad of ['', 'other', hashed('other'), undefined, 7] as string[]) {
        const refused = hasCode('ERR_HOLDFAST_INVALID_ARGUMENT', /handle/);
        await assert.rejects(store.destroyByHandle(bad), refused);
      }
      const needed = hasCode('ERR_HOLDFAST_INVALID_OPTION', /hashIds/);
      await assert.rejects(storeOn(fixture).store.destroyByHandle(handle), needed);
    });

    test('count toward maxPerUser, and destroyByUser keeps the one excepted by its id', async () => {
      const { store } = hashing({ maxPerUser: 2 });
      for (const id of ['first', 'second', 'third']) {
        await store.set(id, sessionOf({ user: 'ada' }));
      }
      assert.equal(await store.countByUser('ada'), 2);
      const kept = (await store.get('third')) ? 'third' : 'second';
      assert.equal(await store.destroyByUser('ada', { except: kept }), 1);
      assert.deepEqual(await store.ids(), [store.handleOf(kept)]);
      await store.clear();
      assert.equal(await store.length(), 0);
    });

    test('coexist with plain ids, which keep their keys, with readPlain', async () => {
      const { store, exists } = await mixed();
      await store.set('new', sessionOf({ user: 'ada' }));
      assert.equal(await exists('new'), false);
      const session = await store.get('plain');
      assert.ok(session);
      await store.set('plain', Object.assign(session, { views: 2 }));
      await store.touch('plain', Object.assign(session, sessionOf({}, 120_000)));
      await store.update('plain', (current) => Object.assign(current, { more: 1 }));
      assert.equal(await exists(hashed('plain')), false);
      const { cookie: _, ...fields } = Object(await store.get('plain'));
      assert.deepEqual(fields, { user: 'ada', views: 2, more: 1 });
      const handles = ['new', 'plain'].map((id) => store.handleOf(id)).sort();
      assert.deepEqual((await store.ids()).sort(), handles);
      assert.deepEqual((await store.listByUser('ada')).map(({ id }) => id).sort(), handles);
      assert.equal(await store.destroyByUser('ada', { except: 'plain' }), 1);
      assert.ok(await store.get('plain'));
      await store.destroyByHandle(store.handleOf('plain'));
      assert.equal(await store.get('plain'), null);
      assert.equal(await store.length(), 0);
    });

    test('are found with writePlain, which stores new sessions under plain ids', async () => {
      const { store, exists, prefix, plain } = await mixed('writePlain');
      await hashing({ prefix }).store.set('hashed', sessionOf({ user: 'ada' }));
      assert.ok(await store.get('hashed'));
      await store.set('new', sessionOf());
      assert.equal(await exists('new'), true);
      assert.ok(await plain.get('new'));
      await store.destroy('hashed');
      assert.equal(await exists(hashed('hashed')), false);
    });

    test('are never stored under two keys', async () => {
      const { store, exists } = await mixed();
      await store.set('plain', sessionOf({ user: 'ada' }));
      assert.equal(await exists('plain'), false);
      assert.equal(await store.countByUser('ada'), 1);
      await store.destroy('plain');
      assert.equal(await store.get('plain'), null);
      const { store: other } = await mixed();
      await other.destroy('plain');
      assert.equal(await other.get('plain'), null);
    });
  });
}

/** Returns what follows the prefix in the key of a hashed id. */
function hashed(id: string): string {
  return `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

const userId = (session: object): string | undefined => Reflect.get(session, 'user');

/** Collects the code and handle of each warning. */
function warningsOf(store: RedisStore): unknown[] {
  const warnings: unknown[] = [];
  store.on('warning', ({ code, handle }) => warnings.push([code, handle]));
  return warnings;
}
