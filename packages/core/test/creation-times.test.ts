import { describe, expect, test } from '@jest/globals';
import { CreationTimes } from '../src/session/creation-times.ts';
import { useManualClock } from './manual-clock.ts';

const LIFETIME_MS = 100_000;

const clock = useManualClock();

const limited = () => new CreationTimes({ maxLifetime: LIFETIME_MS / 1000 });
const unlimited = () => new CreationTimes({ maxLifetime: Number.POSITIVE_INFINITY });

/** Reads a session that was stored at a time. */
function read(times: CreationTimes, holdfastCreatedAt: unknown): object {
  const stored = { user: 'ada', holdfastCreatedAt };
  times.takeFrom(stored);
  return stored;
}

describe('the creation time of a session', () => {
  test('is stored with the session, and not in the object of the application', async () => {
    const createdAt = clock.now();
    const times = limited();
    const session = { user: 'ada' };
    const stored = times.addTo(session);
    expect(stored).toEqual({ user: 'ada', holdfastCreatedAt: createdAt });
    expect(session).toEqual({ user: 'ada' });
    await clock.advance(1000);
    times.takeFrom(stored);
    expect(stored).toEqual({ user: 'ada' });
    expect(times.addTo(stored)).toMatchObject({ holdfastCreatedAt: createdAt });
    expect(times.addTo(session)).toMatchObject({ holdfastCreatedAt: createdAt });
  });

  test('leaves the session its class', () => {
    class Session {
      user = 'ada';
    }
    expect(limited().addTo(new Session())).toBeInstanceOf(Session);
  });

  test('is kept without maxLifetime, which starts none', () => {
    const times = unlimited();
    const createdAt = clock.now() - 1;
    const session = { user: 'ada' };
    expect(times.addTo(session)).toBe(session);
    expect(times.addTo(read(times, createdAt))).toMatchObject({ holdfastCreatedAt: createdAt });
  });

  test('counts as now if it is missing, inherited, not a number, or in the future', () => {
    const times = limited();
    const now = clock.now();
    const inherited = Object.create({ holdfastCreatedAt: 1 });
    times.takeFrom(inherited);
    const missing = {};
    times.takeFrom(missing);
    const sessions = [missing, inherited, ...['1', null, now + 1].map((time) => read(times, time))];
    for (const session of sessions) {
      expect(Object.keys(session)).not.toContain('holdfastCreatedAt');
      expect(times.addTo(session)).toMatchObject({ holdfastCreatedAt: now });
    }
  });
});

describe('an object that was made from others', () => {
  test('has the creation time of the oldest', () => {
    const times = limited();
    const now = clock.now();
    const made = {};
    times.copyOldest([read(times, now - 1), read(times, now - 3), {}, read(times, now - 2)], made);
    expect(times.addTo(made)).toEqual({ holdfastCreatedAt: now - 3 });
  });

  test('has none of its own if they have none', () => {
    const times = unlimited();
    const made = {};
    times.copyOldest([{}], made);
    expect(times.addTo(made)).toBe(made);
  });
});

describe('what is left of a session', () => {
  test('is maxLifetime less its age', async () => {
    const times = limited();
    const session = read(times, clock.now() - 1000);
    expect(times.remainingMs(session)).toBe(LIFETIME_MS - 1000);
    expect(times.remainingMs({})).toBe(LIFETIME_MS);
    await clock.advance(LIFETIME_MS);
    expect(times.remainingMs(session)).toBe(-1000);
  });

  test('has no end without maxLifetime', () => {
    const times = unlimited();
    expect(times.remainingMs(read(times, 1))).toBe(Number.POSITIVE_INFINITY);
  });
});
