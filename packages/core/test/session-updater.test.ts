import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RepositoryOptions, SessionRepository } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  cookie?: { originalMaxAge: number | null; expires: Date | string | null };
  user?: string;
  count?: number;
}

const KEY = 'sess:id';
const userSet = (user: string) => `holdfast:user:sess:${user}`;

const clock = useManualClock();
let redis: MemoryRedis;

beforeEach(() => {
  redis = new MemoryRedis();
});

function sessionsWith(
  options: Partial<RepositoryOptions<Session>> = {},
): SessionRepository<Session> {
  return new SessionRepository({ client: redis, userId: ({ user }) => user, ...options });
}

const stored = (): unknown => JSON.parse(redis.texts.get(KEY) ?? 'null');

/** Stores a text as another process does, with what it has in the index. */
function store(session: object): void {
  redis.texts.set(KEY, JSON.stringify(session));
}

function increment(session: Session): void {
  session.count = (session.count ?? 0) + 1;
}

/** The TTL of the last compare-and-set. */
function lastTtl(): unknown {
  return redis.sent.filter(({ name }) => name === 'compareAndSet').at(-1)?.args[3];
}

describe('an update', () => {
  test('stores the session as the change left it, and returns it', async () => {
    store({ user: 'ada', count: 1 });
    expect(await sessionsWith().update('id', increment)).toEqual({ user: 'ada', count: 2 });
    expect(stored()).toEqual({ user: 'ada', count: 2 });
    expect(redis.takeNames()).toEqual(['get', 'zaddExtendingTtl', 'compareAndSet']);
  });

  test('waits for an async change', async () => {
    store({ count: 1 });
    await clock.run(
      sessionsWith().update('id', async (session) => {
        await clock.sleep(1000);
        increment(session);
      }),
    );
    expect(stored()).toEqual({ count: 2 });
  });

  test('does nothing if there is no session', async () => {
    let calls = 0;
    expect(await sessionsWith().update('id', () => calls++)).toBeNull();
    expect(calls).toBe(0);
    expect(redis.takeNames()).toEqual(['get']);
  });

  test('starts over with what another process has stored since', async () => {
    store({ count: 1 });
    const seen: unknown[] = [];
    const updated = sessionsWith().update('id', (session) => {
      seen.push(session.count);
      if (seen.length < 3) store({ count: 10 * seen.length });
      increment(session);
    });
    expect(await clock.run(updated)).toEqual({ count: 21 });
    expect(seen).toEqual([1, 10, 20]);
    expect(stored()).toEqual({ count: 21 });
  });

  test('pauses before it starts over', async () => {
    store({ count: 1 });
    let calls = 0;
    const updated = sessionsWith().update('id', (session) => {
      if (++calls === 1) store({ count: 10 });
      increment(session);
    });
    await settled();
    expect([calls, clock.timers > 0]).toEqual([1, true]);
    await clock.run(updated);
    expect(calls).toBe(2);
  });

  test('fails if other processes change the session during each of 50 attempts', async () => {
    store({ count: 0 });
    const sessions = sessionsWith();
    let calls = 0;
    const updated = sessions.update('id', () => store({ count: ++calls }));
    await expect(clock.run(updated)).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_CONFLICT',
      handle: sessions.handleOf('id'),
    });
    expect(calls).toBe(50);
  });

  test('does not bring back a session that was ended while it worked', async () => {
    store({ user: 'ada', count: 1 });
    const updated = sessionsWith().update('id', () => redis.texts.delete(KEY));
    expect(await clock.run(updated)).toBeNull();
    expect(stored()).toBeNull();
    expect(redis.sets.get(userSet('ada'))?.size).toBe(0);
  });

  test('ends a session whose cookie the change lets expire', async () => {
    store({ user: 'ada' });
    const updated = sessionsWith().update('id', (session) => {
      session.cookie = { originalMaxAge: 1, expires: new Date(clock.now()) };
    });
    expect(await updated).toBeNull();
    expect(lastTtl()).toBe(1);
  });

  test('moves the entry of a session whose user has changed', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada' });
    await sessions.update('id', (session) => {
      session.user = 'bob';
    });
    expect([...(redis.sets.get(userSet('ada')) ?? [])]).toEqual([]);
    expect(await sessions.countByUser('bob')).toBe(1);
    redis.takeNames();
    await sessions.update('id', increment);
    expect(redis.takeNames()).toEqual(['get', 'zaddExtendingTtl', 'compareAndSet']);
  });

  test('moves no entry for an attempt that another process came before', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada' });
    redis.takeNames();
    let calls = 0;
    const updated = sessions.update('id', (session) => {
      if (++calls > 1) return;
      store({ user: 'ada', count: 1 });
      session.user = 'bob';
    });
    expect(await clock.run(updated)).toEqual({ user: 'ada', count: 1 });
    const attempt = ['zaddExtendingTtl', 'compareAndSet'];
    expect(redis.takeNames()).toEqual(['get', ...attempt, ...attempt]);
  });

  test('that another process came before tells the next save what Redis holds', async () => {
    store({ count: 1 });
    const sessions = sessionsWith();
    const session = (await sessions.load('id')) ?? {};
    const updated = sessions.update('id', increment);
    store({ count: 1, user: 'ada' });
    redis.takeNames();
    redis.hold('compareAndSet', 1);
    await settled();
    const saved = sessions.save('id', Object.assign(session, { count: 5 }));
    await settled();
    redis.release('compareAndSet');
    await settled();
    expect(stored()).toEqual({ count: 5, user: 'ada' });
    expect(redis.takeNames().filter((name) => name === 'compareAndSet')).toHaveLength(2);
    await clock.run(Promise.all([saved, updated]));
    expect(stored()).toEqual({ count: 6, user: 'ada' });
  });

  test('returns an object whose next save is merged with what others have stored since', async () => {
    store({ count: 1 });
    const sessions = sessionsWith();
    const session = await sessions.update('id', increment);
    store({ count: 2, user: 'ada' });
    await clock.run(sessions.save('id', Object.assign(session ?? {}, { count: 3 })));
    expect(stored()).toEqual({ count: 3, user: 'ada' });
  });

  test('gives a session that was stored with a past expiry the one that a touch sets', async () => {
    store({ cookie: { originalMaxAge: 60_000, expires: '2025-01-01T00:00:00.000Z' } });
    expect(await sessionsWith().update('id', increment)).toMatchObject({
      cookie: { originalMaxAge: 60_000, expires: new Date(clock.now() + 60_000) },
      count: 1,
    });
    expect(lastTtl()).toBe(60_000);
  });
});

describe('updates of one session in one process', () => {
  test('run one after the other, each with what the one before has stored', async () => {
    store({ count: 1 });
    const sessions = sessionsWith();
    const first = sessions.update('id', async (session) => {
      await clock.sleep(1_000_000);
      increment(session);
    });
    const second = sessions.update('id', increment);
    await clock.advance(1_000_000);
    expect(await first).toEqual({ count: 2 });
    expect(await second).toEqual({ count: 3 });
    expect(redis.takeNames()).toEqual(['get', 'compareAndSet', 'get', 'compareAndSet']);
  });
});

describe('with maxLifetime, an update', () => {
  const options = { maxLifetime: 100, ttl: 60 };
  const createdAt = (ageMs: number) => ({ holdfastCreatedAt: clock.now() - ageMs });

  test('leaves the session no more time than it had', async () => {
    const { holdfastCreatedAt } = createdAt(90_000);
    const cookie = { originalMaxAge: 60_000, expires: '2025-01-01T00:00:00.000Z' };
    store({ holdfastCreatedAt, cookie });
    await sessionsWith(options).update('id', increment);
    expect(stored()).toMatchObject({ count: 1, holdfastCreatedAt });
    expect(lastTtl()).toBe(10_000);
  });

  test('does nothing to a session that has lived so long', async () => {
    for (const ageMs of [100_000, 100_001]) {
      store(createdAt(ageMs));
      let calls = 0;
      expect(await sessionsWith(options).update('id', () => calls++)).toBeNull();
      expect(calls).toBe(0);
    }
    store(createdAt(99_999));
    expect(await sessionsWith(options).update('id', increment)).toEqual({ count: 1 });
  });
});
