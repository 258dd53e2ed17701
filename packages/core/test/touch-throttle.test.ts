import { describe, expect, test } from '@jest/globals';
import { TouchThrottle } from '../src/session/touch-throttle.ts';
import { useManualClock } from './manual-clock.ts';

const LIFE_MS = 100_000;

const clock = useManualClock();

describe('a touch', () => {
  test.each([
    ['after touchAfter seconds', 30, LIFE_MS, 30_000],
    ['by default after 1 % of the life of the session', undefined, LIFE_MS, 1000],
    ['by default after a minute at most', undefined, 100 * LIFE_MS, 60_000],
    ['after half of the life of the session at most', 30, 10_000, 5000],
  ])('is due again %s', async (_, touchAfter, lifeMs, pauseMs) => {
    const throttle = new TouchThrottle(touchAfter);
    throttle.note('key', lifeMs);
    expect(throttle.isRecent('key', lifeMs)).toBe(true);
    await clock.advance(pauseMs);
    expect(throttle.isRecent('key', lifeMs)).toBe(true);
    await clock.advance(1);
    expect(throttle.isRecent('key', lifeMs)).toBe(false);
  });

  test('is due if it would move the expiry by more, forward or back', () => {
    const throttle = new TouchThrottle(30);
    throttle.note('key', LIFE_MS);
    for (const movedMs of [30_000, -30_000]) {
      expect(throttle.isRecent('key', LIFE_MS + movedMs)).toBe(true);
      expect(throttle.isRecent('key', LIFE_MS + movedMs + Math.sign(movedMs))).toBe(false);
    }
  });

  test('is always due with `touchAfter: 0`', () => {
    const throttle = new TouchThrottle(0);
    throttle.note('key', LIFE_MS);
    expect(throttle.isRecent('key', LIFE_MS)).toBe(false);
  });

  test('is due for a session that was not written, was written without an expiry, or was forgotten', () => {
    const throttle = new TouchThrottle(30);
    throttle.note('other', LIFE_MS);
    throttle.note('endless', undefined);
    throttle.note('forgotten', LIFE_MS);
    throttle.forget('forgotten');
    for (const key of ['key', 'endless', 'forgotten']) {
      expect(throttle.isRecent(key, LIFE_MS)).toBe(false);
    }
    expect(throttle.isRecent('other', LIFE_MS)).toBe(true);
  });
});
