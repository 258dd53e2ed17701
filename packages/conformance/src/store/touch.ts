import assert from 'node:assert/strict';
import type { SessionData } from 'express-session';
import { assertPttl, type Fixture, type Runner, withMethods } from '../subject.ts';
import { MINUTE, type Options, sessionOf, storeOn } from './support.ts';

const DAY = 24 * 60 * MINUTE;

export function describeTouch({ describe, test }: Runner, fixture: Fixture): void {
  describe('its touch', () => {
    test('puts off the end of a session and leaves its content alone', async () => {
      const { store, raw, pttl } = storeOn(fixture);
      await store.set('id', sessionOf({ views: 1 }, 5000));
      const before = await raw('GET', 'id');
      await store.touch('id', sessionOf({ views: 2 }, MINUTE));
      assertPttl(await pttl('id'), MINUTE);
      assert.equal(await raw('GET', 'id'), before);
    });

    test('of a missing session is no error and makes nothing', async () => {
      const { store, exists } = storeOn(fixture);
      await store.touch('id', sessionOf());
      assert.equal(await exists('id'), false);
    });

    /** A store that counts its writes, with a session that lives for a day and was just loaded. */
    async function loaded(options: Options = {}) {
      let writes = 0;
      const count = <Answer>(answer: Answer): Answer => {
        writes++;
        return answer;
      };
      const client = withMethods(fixture.redis, {
        set: (...args) => count(fixture.redis.set(...args)),
        compareAndSet: (...args) => count(fixture.redis.compareAndSet(...args)),
        pexpire: (...args) => count(fixture.redis.pexpire(...args)),
      });
      const subject = storeOn(fixture, { client, ...options });
      await subject.store.set('id', sessionOf({ views: 1 }, DAY));
      const session = await subject.store.get('id');
      assert.ok(session);
      writes = 0;
      return { ...subject, session, writes: () => writes };
    }

    /** The same cookie as it is after so long. */
    function later(session: SessionData, ms: number): SessionData {
      return Object.assign(session, {
        cookie: { ...session.cookie, expires: new Date(Date.now() + DAY + ms) },
      });
    }

    test('is left out within touchAfter of the last write, and only then', async () => {
      const { store, session, writes, pttl } = await loaded({ touchAfter: 60 });
      await store.touch('id', later(session, 0));
      await store.touch('id', later(session, 59_000));
      assert.equal(writes(), 0);
      await store.touch('id', later(session, 61_000));
      assert.equal(writes(), 1);
      assertPttl(await pttl('id'), DAY + 61_000);
      await store.touch('id', later(session, 61_000));
      assert.equal(writes(), 1);
    });

    test('is left out for 1 % of a session’s life by default, and for a minute at most', async () => {
      const short = await loaded();
      const brief = sessionOf({ views: 1 }, 100_000);
      await short.store.set('brief', brief);
      const before = short.writes();
      brief.cookie.expires = new Date(Date.now() + 100_000 + 900);
      await short.store.touch('brief', brief);
      assert.equal(short.writes(), before);
      brief.cookie.expires = new Date(Date.now() + 100_000 + 1200);
      await short.store.touch('brief', brief);
      assert.equal(short.writes(), before + 1);
      const long = await loaded();
      await long.store.touch('id', later(long.session, 59_000));
      assert.equal(long.writes(), 0);
      await long.store.touch('id', later(long.session, 61_000));
      assert.equal(long.writes(), 1);
    });

    test('is written each time with touchAfter 0', async () => {
      const { store, session, writes } = await loaded({ touchAfter: 0 });
      await store.touch('id', later(session, 0));
      await store.touch('id', later(session, 0));
      assert.equal(writes(), 2);
    });

    test('is written where the cookie’s maximal age or anything else of it changed', async () => {
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

    test('is written by a process that has not written the session itself', async () => {
      const { prefix, writes } = await loaded();
      const { store: other } = storeOn(fixture, { prefix });
      const session = await other.get('id');
      assert.ok(session);
      await other.touch('id', later(session, 30_000));
      assertPttl(await storeOn(fixture, { prefix }).pttl('id'), DAY + 30_000);
      assert.equal(writes(), 0);
    });

    test('keeps a session alive whose life is shorter than touchAfter', async () => {
      const { store, pttl } = await loaded({ touchAfter: 3600 });
      const session = sessionOf({}, MINUTE);
      await store.set('brief', session);
      session.cookie.expires = new Date(Date.now() + MINUTE + 70_000);
      await store.touch('brief', session);
      assertPttl(await pttl('brief'), MINUTE + 70_000);
    });

    test('does nothing with disableTouch, while a save does', async () => {
      const { store, pttl } = storeOn(fixture, { disableTouch: true });
      await store.set('id', sessionOf({}, 5000));
      await store.touch('id', sessionOf());
      assertPttl(await pttl('id'), 5000);
      await store.set('id', sessionOf());
      assertPttl(await pttl('id'), MINUTE);
    });

    test('does nothing with disableTTL', async () => {
      const { store, pttl } = storeOn(fixture, { disableTTL: true });
      await store.set('id', sessionOf());
      await store.touch('id', sessionOf());
      assert.equal(await pttl('id'), -1);
    });
  });
}
