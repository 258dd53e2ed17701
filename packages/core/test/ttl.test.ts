import { describe, expect, test } from '@jest/globals';
import { CreationTimes } from '../src/session/creation-times.ts';
import { idleTtlMs, lastActiveAt, SessionTtl, withoutPastExpiry } from '../src/session/ttl.ts';
import { settled, useManualClock } from './manual-clock.ts';

const clock = useManualClock();
const NOW = clock.now();

const until = (expires: unknown) => ({ cookie: { expires } });

describe('the life of a session without activity', () => {
  test("is the time until its cookie's expiry, to the millisecond", () => {
    expect(idleTtlMs(until(new Date(NOW + 1)), 60)).toBe(1);
    expect(idleTtlMs(until(new Date(NOW + 86_400_001)), 60)).toBe(86_400_001);
    expect(idleTtlMs(until(new Date(NOW + 1500).toISOString()), 60)).toBe(1500);
    expect(idleTtlMs(until(NOW + 1500), 60)).toBe(1500);
  });

  test('is ttl seconds without a cookie, or with a cookie without an expiry', () => {
    for (const session of [{}, until(undefined), until(null), until(false)]) {
      expect(idleTtlMs(session, 60)).toBe(60_000);
    }
  });

  test('is what a ttl function returns, in seconds', () => {
    const session = until(new Date(NOW + 5000));
    expect(idleTtlMs(session, (given) => (given === session ? 60 : 1))).toBe(60_000);
  });

  test('is 0 after the expiry of its cookie, whatever ttl says', () => {
    for (const expires of [NOW, NOW - 1, 0, new Date(NOW - 1), '1970-01-01']) {
      expect(idleTtlMs(until(expires), 60)).toBe(0);
      expect(idleTtlMs(until(expires), () => 60)).toBe(0);
    }
  });

  test('is never more than Redis accepts', () => {
    const most = 1e15;
    expect(idleTtlMs(until(new Date(8.64e15)), 60)).toBe(most);
    expect(idleTtlMs({}, Number.MAX_SAFE_INTEGER)).toBe(most);
    expect(idleTtlMs({}, () => Number.MAX_SAFE_INTEGER)).toBe(most);
  });
});

describe('an expiry that is not a date', () => {
  test.each([true, '', 'never', {}, new Date(Number.NaN), Symbol('x')])(
    'is refused: %p',
    (expires) => {
      expect(() => idleTtlMs(until(expires), 60)).toThrow(
        expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_EXPIRES' }),
      );
    },
  );
});

describe('a ttl function', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '60', undefined])(
    'must not return %p',
    (seconds) => {
      expect(() => idleTtlMs({}, () => seconds as number)).toThrow(
        expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_TTL' }),
      );
    },
  );

  test('that throws is named, with its error as the cause', () => {
    const cause = new Error('no');
    const ttl = () => {
      throw cause;
    };
    expect(() => idleTtlMs({}, ttl)).toThrow(
      expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_TTL', cause }),
    );
  });

  test('that returns a promise leaves no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    const ttl = () => Promise.reject(new Error('no')) as unknown as number;
    expect(() => idleTtlMs({}, ttl)).toThrow(/a whole number of seconds/);
    await settled();
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });
});

describe('the time that a session is stored for', () => {
  function ttlOf(
    session: object,
    { disableTTL = false, maxLifetime = Number.POSITIVE_INFINITY, ageMs = 0 } = {},
  ): number | undefined {
    const creationTimes = new CreationTimes({ maxLifetime });
    const stored = { ...session, holdfastCreatedAt: clock.now() - ageMs };
    creationTimes.takeFrom(stored);
    return new SessionTtl({ ttl: 60, disableTTL }, creationTimes).of(stored);
  }

  test('is its life without activity, or what is left of maxLifetime', () => {
    expect(ttlOf({})).toBe(60_000);
    expect(ttlOf({}, { maxLifetime: 100, ageMs: 40_000 })).toBe(60_000);
    expect(ttlOf({}, { maxLifetime: 100, ageMs: 40_001 })).toBe(59_999);
    expect(ttlOf(until(NOW + 1), { maxLifetime: 100, ageMs: 40_001 })).toBe(1);
  });

  test('is 0 after either, with disableTTL as well', () => {
    for (const disableTTL of [false, true]) {
      expect(ttlOf({}, { disableTTL, maxLifetime: 100, ageMs: 100_000 })).toBe(0);
      expect(ttlOf({}, { disableTTL, maxLifetime: 100, ageMs: 200_000 })).toBe(0);
      expect(ttlOf(until(NOW), { disableTTL })).toBe(0);
    }
  });

  test('has no end with disableTTL', () => {
    expect(ttlOf({}, { disableTTL: true })).toBeUndefined();
    expect(ttlOf(until(NOW + 1), { disableTTL: true })).toBeUndefined();
  });
});

describe('the last activity of a session', () => {
  const cookie = (expires: unknown, originalMaxAge: unknown) => ({
    cookie: { expires, originalMaxAge },
  });

  test('is its age before its expiry, by the cookie or by the key, whichever is later', () => {
    const session = cookie(new Date(NOW), 1000);
    expect(lastActiveAt(session, 60, NOW - 1)).toBe(NOW - 1000);
    expect(lastActiveAt(session, 60, NOW + 5)).toBe(NOW + 5 - 1000);
    expect(lastActiveAt(cookie('not a date', 1000), 60, NOW)).toBe(NOW - 1000);
  });

  test('is computed with a ttl function by the cookie alone', () => {
    expect(lastActiveAt(cookie(new Date(NOW), 1000), () => 60, NOW + 5)).toBe(NOW - 1000);
  });

  test('is ttl before its expiry without a cookie, or with one that ends with the browser', () => {
    const sessions = [
      {},
      { cookie: null },
      cookie(null, 1000),
      cookie(NOW, null),
      cookie(null, null),
    ];
    for (const session of sessions) {
      expect(lastActiveAt(session, 60, NOW)).toBe(NOW - 60_000);
      expect(lastActiveAt(session, (given) => (given === session ? 30 : 1), NOW)).toBe(
        NOW - 30_000,
      );
    }
  });
});

describe('a session that was stored with a past expiry', () => {
  const stored = (expires: unknown, originalMaxAge: unknown) => ({
    user: 'ada',
    cookie: { expires, originalMaxAge, path: '/' },
  });

  test.each([NOW, NOW - 1, '1970-01-01'])(
    'gets the expiry that a touch sets instead of %p',
    (expires) => {
      const session = stored(expires, 1000);
      expect(withoutPastExpiry(session)).toEqual(stored(new Date(NOW + 1000), 1000));
      expect(session).toEqual(stored(expires, 1000));
    },
  );

  test.each([0, -1, null, '1000'])('gets none if its cookie has no age: %p', (age) => {
    expect(withoutPastExpiry(stored(NOW, age))).toEqual(stored(null, age));
  });

  test('is left alone if the expiry is not past, or if there is none', () => {
    for (const session of [{}, { cookie: undefined }, stored(NOW + 1, 1000), stored(null, 1000)]) {
      expect(withoutPastExpiry(session)).toBe(session);
    }
  });
});
