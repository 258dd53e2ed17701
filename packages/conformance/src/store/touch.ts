import assert from 'node:assert/strict';
import { type Fixture, type Runner, withMethods } from '../subject.ts';
import { MINUTE, type Options, sessionOf, storeOn } from './support.ts';

const DAY = 24 * 60 * MINUTE;

export function describeTouch({ describe, test }: Runner, fixture: Fixture): void {
  describe('touch', () => {
    test('extends the life of a session and keeps its content', async () => {
      const { store, raw, assertTtl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }, 30_000));
      const before = await raw('GET', 'id');
      await store.touch('id', sessionOf({ views: 2 }, MINUTE));
      await assertTtl('id', MINUTE);
      assert.equal(await raw('GET', 'id'), before);
    });

    test('ignores a missing session', async () => {
      const { store, exists } = storeOn(fixture);
      await store.touch('id', sessionOf());
      assert.equal(await exists('id'), false);
    });

    /** Opens a store that counts its writes, with a session that lives for `maxAge` and was just loaded. */
    async function loaded(options: Options = {}, maxAge: number = DAY) {
      let writes = 0;
      const count = <Result>(result: Result): Result => {
        writes++;
        return result;
      };
      const client = withMethods(fixture.redis, {
        set: (...args) => count(fixture.redis.set(...args)),
        compareAndSet: (...args) => count(fixture.redis.compareAndSet(...args)),
        pexpire: (...args) => count(fixture.redis.pexpire(...args)),
      });
      const subject = storeOn(fixture, { client, ...options });
      const stored = sessionOf({ views: 1 }, maxAge);
      await subject.store.set('id', stored);
      const session = await subject.store.get('id');
      assert.ok(session);
      writes = 0;
      /** Returns the session with the expiry that it gets this long after it was stored. */
      const later = (ms: number) => {
        const expires = new Date(Number(stored.cookie.expires) + ms);
        return Object.assign(session, { cookie: { ...session.cookie, expires } });
      };
      return { ...subject, session, later, writes: () => writes };
    }

    test('skips the write if the expiry moves by less than touchAfter', async () => {
      const { store, later, writes, assertTtl } = await loaded({ touchAfter: 60 });
      await store.touch('id', later(0));
      await store.touch('id', later(50_000));
      assert.equal(writes(), 0);
      await store.touch('id', later(2 * MINUTE));
      assert.equal(writes(), 1);
      await assertTtl('id', DAY + 2 * MINUTE);
      await store.touch('id', later(2 * MINUTE));
      assert.equal(writes(), 1);
    });

    test("skips the write within 1% of the session's life by default, and within a minute at most", async () => {
      const short = await loaded({}, 50 * MINUTE);
      await short.store.touch('id', short.later(25_000));
      assert.equal(short.writes(), 0);
      await short.store.touch('id', short.later(55_000));
      assert.equal(short.writes(), 1);
      const long = await loaded();
      await long.store.touch('id', long.later(55_000));
      assert.equal(long.writes(), 0);
      await long.store.touch('id', long.later(2 * MINUTE));
      assert.equal(long.writes(), 1);
    });

    test('always writes with touchAfter 0', async () => {
      const { store, later, writes } = await loaded({ touchAfter: 0 });
      await store.touch('id', later(0));
      await store.touch('id', later(0));
      assert.equal(writes(), 2);
    });

    test('always writes if the maximum age or another field of the cookie changed', async () => {
      const { store, session, writes } = await loaded({ touchAfter: 3600 });
      let expected = 0;
      for (const cookie of [
        { originalMaxAge: DAY - 60_000, expires: new Date(Date.now() + DAY - 60_000) },
        { originalMaxAge: DAY + 60_000, expires: new Date(Date.now() + DAY + 60_000) },
        {
          originalMaxAge: DAY + 60_000,
          expires: new Date(Date.now() + DAY + 60_000),
          secure: true,
        },
      ]) {
        Object.assign(session, { cookie });
        await store.touch('id', session);
        assert.equal(writes(), ++expected);
        await store.touch('id', session);
        assert.equal(writes(), expected);
      }
    });

    test('always writes if this process did not write the session before', async () => {
      const { prefix, later } = await loaded();
      const { store: other, assertTtl } = storeOn(fixture, { prefix });
      const read = await other.get('id');
      assert.ok(read);
      await other.touch('id', Object.assign(read, { cookie: later(30_000).cookie }));
      await assertTtl('id', DAY + 30_000);
    });

    test('keeps a session alive whose life is shorter than touchAfter', async () => {
      const { store, assertTtl } = await loaded({ touchAfter: 3600 });
      const session = sessionOf({}, MINUTE);
      await store.set('brief', session);
      session.cookie.expires = new Date(Date.now() + MINUTE + 70_000);
      await store.touch('brief', session);
      await assertTtl('brief', MINUTE + 70_000);
    });

    test('does nothing with disableTouch, unlike set', async () => {
      const { store, assertTtl } = storeOn(fixture, { disableTouch: true });
      await store.set('id', sessionOf({}, 30_000));
      await store.touch('id', sessionOf());
      await assertTtl('id', 30_000);
      await store.set('id', sessionOf());
      await assertTtl('id', MINUTE);
    });

    test('does nothing with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      await store.touch('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });
  });
}
