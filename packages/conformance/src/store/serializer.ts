import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { type Fixture, type Runner, until } from '../subject.ts';
import { hasCode, sessionOf, storeOn, written } from './support.ts';

export function describeSerializer({ describe, test }: Runner, fixture: Fixture): void {
  const reversed = (text: string) => [...text].reverse().join('');

  describe('a serializer', () => {
    test('writes and reads sessions, sync or async', async () => {
      const now = {
        stringify: (session: SessionData) => reversed(JSON.stringify(session)),
        parse: (text: string) => JSON.parse(reversed(text)),
      };
      const later = {
        stringify: async (session: SessionData) => now.stringify(session),
        parse: async (text: string) => now.parse(text),
      };
      for (const serializer of [now, later]) {
        const { store, raw } = storeOn(fixture, { serializer });
        const session = sessionOf({ views: 1 });
        await store.set('id', session);
        assert.equal(await raw('GET', 'id'), now.stringify(session));
        assert.deepEqual(await store.get('id'), written(session));
        assert.deepEqual(await store.all(), [{ ...Object(written(session)), id: 'id' }]);
      }
    });

    test('that fails to write is an error with its cause, and the stored session stays', async () => {
      const prefix = fixture.fresh();
      const { store: good, raw } = storeOn(fixture, { prefix });
      await good.set('id', sessionOf({ views: 1 }));
      const before = await raw('GET', 'id');
      const cause = new Error('no');
      const failing = [
        () => {
          throw cause;
        },
        () => Promise.reject(cause),
      ];
      for (const stringify of failing) {
        const serializer = { stringify, parse: JSON.parse };
        const { store } = storeOn(fixture, { prefix, serializer });
        await assert.rejects(store.set('id', sessionOf()), (error: Error) => {
          hasCode('ERR_HOLDFAST_SERIALIZE')(error);
          assert.equal(error.cause, cause);
          return true;
        });
        const received: unknown[][] = [];
        store.set('id', sessionOf(), (...args) => received.push(args));
        await until('set calls back', () => received.length > 0);
        assert.equal(received.length, 1);
      }
      for (const text of [undefined, null, 7, {}, Buffer.from('{}')] as unknown as string[]) {
        const serializer = { stringify: () => text, parse: JSON.parse };
        const { store } = storeOn(fixture, { prefix, serializer });
        const refused = hasCode('ERR_HOLDFAST_SERIALIZE', /string/);
        await assert.rejects(store.set('id', sessionOf()), refused);
      }
      assert.equal(await raw('GET', 'id'), before);
    });

    test('that fails to read makes the value unreadable', async () => {
      const prefix = fixture.fresh();
      await storeOn(fixture, { prefix }).store.set('id', sessionOf());
      const failing = [
        () => {
          throw new Error('no');
        },
        () => Promise.reject(new Error('no')),
        () => undefined as unknown as SessionData,
      ];
      for (const parse of failing) {
        const serializer = { stringify: JSON.stringify, parse };
        const { store } = storeOn(fixture, { prefix, serializer });
        const warnings: unknown[] = [];
        store.on('warning', ({ code }) => warnings.push(code));
        assert.equal(await store.get('id'), null);
        assert.deepEqual(warnings, ['ERR_HOLDFAST_CORRUPT']);
        assert.deepEqual(await store.all(), []);
      }
    });
  });
}
