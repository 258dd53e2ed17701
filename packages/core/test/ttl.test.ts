import { describe, expect, test } from '@jest/globals';
import { remainingMs } from '../src/session/ttl.ts';

const NOW = Date.UTC(2026, 0, 1);

const until = (expires: unknown) => ({ cookie: { expires } });

describe('the time that a session has still to live', () => {
  test("is the time until its cookie's expiry, to the millisecond", () => {
    expect(remainingMs(until(new Date(NOW + 1)), 60, NOW)).toBe(1);
    expect(remainingMs(until(new Date(NOW + 86_400_001)), 60, NOW)).toBe(86_400_001);
    expect(remainingMs(until(new Date(NOW + 1500).toISOString()), 60, NOW)).toBe(1500);
    expect(remainingMs(until(NOW + 1500), 60, NOW)).toBe(1500);
  });

  test('is ttl seconds where there is no cookie, or its cookie has no expiry', () => {
    for (const session of [{}, until(undefined), until(null), until(false)]) {
      expect(remainingMs(session, 60, NOW)).toBe(60_000);
    }
  });

  test('is what a ttl function answers, in seconds', () => {
    const session = until(new Date(NOW + 5000));
    expect(remainingMs(session, (given) => (given === session ? 60 : 1), NOW)).toBe(60_000);
  });

  test('is nothing when the expiry is past, whatever ttl says', () => {
    for (const expires of [NOW, NOW - 1, 0, new Date(NOW - 1), '1970-01-01']) {
      expect(remainingMs(until(expires), 60, NOW)).toBe(0);
      expect(remainingMs(until(expires), () => 60, NOW)).toBe(0);
    }
  });

  test('is never more than Redis takes', () => {
    const most = 1e15;
    expect(remainingMs(until(new Date(8.64e15)), 60, NOW)).toBe(most);
    expect(remainingMs({}, Number.MAX_SAFE_INTEGER, NOW)).toBe(most);
    expect(remainingMs({}, () => Number.MAX_SAFE_INTEGER, NOW)).toBe(most);
  });
});
