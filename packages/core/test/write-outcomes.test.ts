import { tracingChannel } from 'node:diagnostics_channel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RepositoryOptions, SessionRepository, type Trace } from '../src/repository.ts';
import { hasLostChanges, wasDropped } from '../src/util/session-saves.ts';
import { useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  cookie?: { originalMaxAge: number | null; expires: Date | null };
  user?: string;
  order?: string;
  cart?: string;
}

const KEY = 'sess:id';
const DAY_MS = 86_400_000;

const clock = useManualClock();
let redis: MemoryRedis;
let outcomes: unknown[];

const channels = ['set', 'touch', 'update'].map((name) =>
  tracingChannel<Trace>(`holdfast:${name}`),
);
const subscriber = { asyncEnd: ({ outcome }: Trace) => outcomes.push(outcome) };
const ignore = () => {};
const subscribers = {
  start: ignore,
  end: ignore,
  asyncStart: ignore,
  error: ignore,
  ...subscriber,
};
beforeAll(() => {
  for (const channel of channels) channel.subscribe(subscribers as never);
});
afterAll(() => {
  for (const channel of channels) channel.unsubscribe(subscribers as never);
});
beforeEach(() => {
  redis = new MemoryRedis();
  outcomes = [];
});

function sessionsWith(
  options: Partial<RepositoryOptions<Session>> = {},
): SessionRepository<Session> {
  return new SessionRepository({
    client: redis,
    userId: ({ user }) => user,
    touchAfter: 0,
    ...options,
  });
}

async function load(sessions: SessionRepository<Session>): Promise<Session> {
  const session = await sessions.load('id');
  if (session === null) throw new Error('There is no session.');
  return session;
}

const until = (ms: number) => ({ originalMaxAge: ms, expires: new Date(clock.now() + ms) });
const membersOf = (user: string) => [
  ...(redis.sets.get(`holdfast:user:sess:${user}`)?.keys() ?? []),
];

/** Runs work, and returns the commands that it sent. */
async function sentBy(work: () => Promise<unknown>): Promise<string[]> {
  redis.takeNames();
  await work();
  return redis.takeNames();
}

describe('the outcome of a save', () => {
  test('of a new session, of a change, and of nothing, is stored', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { order: 'open' });
    const session = await load(sessions);
    await sessions.save('id', Object.assign(session, { order: 'paid' }));
    await sessions.save('id', session);
    expect(outcomes).toEqual(['stored', 'stored', 'stored']);
  });

  test('of a session that another request has changed is merged, and replaced where both have', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { order: 'open' });
    const [mine, other] = [await load(sessions), await load(sessions)];
    redis.texts.set(KEY, JSON.stringify({ order: 'open', cart: 'tea' }));
    outcomes = [];
    await clock.run(sessions.save('id', Object.assign(mine, { order: 'paid' })));
    await clock.run(sessions.save('id', Object.assign(other, { order: 'sent' })));
    expect(outcomes).toEqual(['merged', 'replaced']);
  });

  test('of a session that is stored again without a change is stored for each of many requests', async () => {
    const sessions = sessionsWith();
    const other = sessionsWith();
    const cookie = { originalMaxAge: null, expires: null };
    await sessions.save('id', { cookie, order: 'open' });
    const reads = await Promise.all([load(sessions), load(other), load(other)]);
    outcomes = [];
    redis.takeNames();
    await sessions.save('id', reads[0]);
    await other.save('id', reads[1]);
    await other.touch('id', reads[2]);
    expect(outcomes).toEqual(['stored', 'stored', 'stored']);
    expect(redis.takeNames().filter((name) => name === 'compareAndSet')).toHaveLength(3);
  });

  test('that finds what it has stored itself, because the client sent it twice, is stored', async () => {
    const conflicts = (a: unknown, b: unknown) => Number(a) + Number(b);
    const sessions = sessionsWith({ conflicts } as never);
    await sessions.save('id', { order: '1' });
    const session = await load(sessions);
    const { compareAndSet } = redis;
    redis.compareAndSet = async (...args) => {
      await compareAndSet.apply(redis, args);
      return compareAndSet.apply(redis, args);
    };
    outcomes = [];
    await clock.run(sessions.save('id', Object.assign(session, { order: '2' })));
    expect(outcomes).toEqual(['stored']);
    expect(await load(sessions)).toMatchObject({ order: '2' });
    await clock.run(
      sessions.update('id', (stored) => Object.assign(stored, { order: `${stored.order}!` })),
    );
    expect(await load(sessions)).toMatchObject({ order: '2!' });
  });

  test('of a session that another process has changed, and changed back, is merged', async () => {
    const [sessions, others] = [sessionsWith(), sessionsWith()];
    await sessions.save('id', { order: 'open' });
    const mine = await load(sessions);
    for (const order of ['sent', 'open']) {
      await others.save('id', Object.assign(await load(others), { order }));
    }
    outcomes = [];
    await clock.run(sessions.save('id', Object.assign(mine, { cart: 'tea' })));
    expect(outcomes).toEqual(['merged']);
    expect(await load(sessions)).toMatchObject({ order: 'open', cart: 'tea' });
  });

  test('of a session that was ended is dropped, and its entry is removed', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada' });
    const session = await load(sessions);
    await sessions.destroy('id');
    outcomes = [];
    await sessions.save('id', Object.assign(session, { order: 'paid' }));
    expect(membersOf('ada')).toEqual([]);
    expect(await sentBy(() => sessions.save('id', { user: 'ada' }))).toEqual([
      'zaddExtendingTtl',
      'setUnlessMarked',
      'zrem',
    ]);
    expect(outcomes).toEqual(['dropped', 'dropped']);
    expect(membersOf('ada')).toEqual([]);
  });

  test('of a session whose cookie has expired is ended', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada', cookie: until(DAY_MS) });
    const session = await load(sessions);
    await sessions.save('id', Object.assign(session, { cookie: until(-1) }));
    const { args = [] } = redis.sent.findLast(({ name }) => name === 'compareAndSet') ?? {};
    expect(args[3]).toBe(1);
    await sessions.save('id', { user: 'ada', cookie: until(-1) });
    expect(outcomes).toEqual(['stored', 'ended', 'ended']);
    expect(redis.texts.has(KEY)).toBe(false);
    expect(membersOf('ada')).toEqual([]);
  });
});

describe('a dropped save', () => {
  /** Returns a session that was loaded, and that has ended since. */
  async function endedSession(sessions: SessionRepository<Session>): Promise<Session> {
    await sessions.save('id', { user: 'ada', order: 'open' });
    const session = await load(sessions);
    await sessions.destroy('id');
    return session;
  }

  test.each<[string, Session, boolean]>([
    ['loses a change', { order: 'paid' }, true],
    ['loses nothing if nothing was changed', {}, false],
  ])('%s', async (_, change, isLoss) => {
    const sessions = sessionsWith();
    const session = Object.assign(await endedSession(sessions), change);
    await sessions.save('id', session);
    expect([wasDropped(session), hasLostChanges(session)]).toEqual([true, isLoss]);
  });

  test('loses nothing if the request only removed fields, as a sign-out does', async () => {
    const sessions = sessionsWith();
    const session = await endedSession(sessions);
    delete session.user;
    await sessions.save('id', session);
    expect([wasDropped(session), hasLostChanges(session)]).toEqual([true, false]);
  });

  test.each<[Session, boolean]>([
    [{ order: 'paid' }, true],
    [{}, false],
  ])('of the new session %j loses it: %p', async (session, isLoss) => {
    const sessions = sessionsWith();
    await sessions.destroy('id');
    await sessions.save('id', session);
    expect([wasDropped(session), hasLostChanges(session)]).toEqual([true, isLoss]);
  });
});

describe('the outcome of an update', () => {
  test('is stored, ended if it let the cookie expire, and dropped if there is no session', async () => {
    const sessions = sessionsWith();
    redis.texts.set(KEY, '{}');
    await sessions.update('id', (session) => Object.assign(session, { order: 'paid' }));
    await sessions.update('id', (session) => Object.assign(session, { cookie: until(-1) }));
    redis.texts.delete(KEY);
    await sessions.update('id', (session) => Object.assign(session, { order: 'sent' }));
    expect(outcomes).toEqual(['stored', 'ended', 'dropped']);
  });
});

describe('the index after a save', () => {
  test('has the session in the set of the user who signs in, and then of the next one', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', {});
    const session = await load(sessions);
    expect(
      await sentBy(() => sessions.save('id', Object.assign(session, { user: 'ada' }))),
    ).toContain('zrangeByScore');
    expect(membersOf('ada')).toEqual(['id']);
    await sessions.save('id', Object.assign(session, { user: 'bob' }));
    expect([membersOf('ada'), membersOf('bob')]).toEqual([[], ['id']]);
  });

  test('is not looked at again if the user stays the same', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada' });
    const session = await load(sessions);
    const change = () => sessions.save('id', Object.assign(session, { order: 'paid' }));
    expect(await sentBy(change)).toEqual(['zaddExtendingTtl', 'compareAndSet']);
  });

  test('is treated in the same way with `concurrency: "overwrite"`', async () => {
    const sessions = sessionsWith({ concurrency: 'overwrite' });
    await sessions.save('id', { user: 'ada' });
    const session = await load(sessions);
    const change = () => sessions.save('id', Object.assign(session, { order: 'paid' }));
    expect(await sentBy(change)).toEqual(['zaddExtendingTtl', 'set']);
    await sessions.save('id', Object.assign(session, { user: 'bob' }));
    expect([membersOf('ada'), membersOf('bob')]).toEqual([[], ['id']]);
  });
});

describe('a touch', () => {
  test('is skipped with disableTTL, unless the session has expired', async () => {
    const sessions = sessionsWith({ disableTTL: true });
    await sessions.save('id', { cookie: until(DAY_MS) });
    const session = await load(sessions);
    expect(await sentBy(() => sessions.touch('id', session))).toEqual([]);
    await sessions.touch('id', Object.assign(session, { cookie: until(-1) }));
    expect(outcomes).toEqual(['stored', 'skipped', 'ended']);
  });

  test('of an object that was not read is never skipped, and its outcome tells whether there is a session', async () => {
    const sessions = sessionsWith({ touchAfter: 60 });
    await sessions.save('id', {});
    expect(await sentBy(() => sessions.touch('id', {}))).toEqual(['pexpire']);
    await sessions.destroy('id');
    await sessions.touch('id', { user: 'ada' });
    expect(outcomes).toEqual(['stored', 'stored', 'dropped']);
    expect(membersOf('ada')).toEqual([]);
  });

  test('is written after another process has changed the session', async () => {
    const sessions = sessionsWith({ touchAfter: 60 });
    await sessions.save('id', { order: 'open', cookie: until(DAY_MS) });
    const session = await load(sessions);
    redis.texts.delete(KEY);
    await sessions.save('id', Object.assign(session, { order: 'paid' }));
    redis.texts.set(KEY, JSON.stringify(session));
    const again = await load(sessions);
    expect(await sentBy(() => sessions.touch('id', again))).toEqual(['compareAndSet']);
  });

  test('keeps the time of creation for maxLifetime', async () => {
    const sessions = sessionsWith({ maxLifetime: 100 });
    await sessions.save('id', { cookie: until(DAY_MS) });
    const createdAt = JSON.parse(redis.texts.get(KEY) ?? '').holdfastCreatedAt;
    await clock.advance(5000);
    const session = await load(sessions);
    await sessions.touch('id', Object.assign(session, { cookie: until(DAY_MS) }));
    expect(JSON.parse(redis.texts.get(KEY) ?? '').holdfastCreatedAt).toBe(createdAt);
  });
});

describe('after saves without an answer', () => {
  test('the one that Redis holds is what the next save is compared with', async () => {
    const sessions = sessionsWith({ timeoutMs: 1000 });
    await sessions.save('id', { order: 'open' });
    const session = await load(sessions);
    for (const order of ['first', 'second']) {
      const before = redis.texts.get(KEY) ?? '';
      redis.hold('compareAndSet', 1);
      const late = expect(
        sessions.save('id', Object.assign(session, { order })),
      ).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
      await clock.advance(2000);
      await late;
      // Only the second reaches Redis.
      if (order === 'first') redis.texts.set(KEY, before);
      else redis.texts.set(KEY, '{"order":"second"}');
    }
    await clock.run(sessions.save('id', Object.assign(session, { order: 'first' })));
    expect(redis.texts.get(KEY)?.trim()).toBe('{"order":"first"}');
  });
});
