import { describe, expect, test } from '@jest/globals';
import { idleTtlMs } from '../src/session/ttl.ts';
import { useManualClock } from './manual-clock.ts';

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
