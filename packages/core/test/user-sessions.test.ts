import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RepositoryOptions, SessionRepository } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  cookie?: { originalMaxAge: number | null; expires: Date | string | null };
  user?: string;
}

const TTL_S = 100;
const SET = 'holdfast:user:sess:ada';

const clock = useManualClock();
let redis: MemoryRedis;
let warnings: string[];

beforeEach(() => {
  redis = new MemoryRedis();
  warnings = [];
});

function sessionsWith(
  options: Partial<RepositoryOptions<Session>> = {},
): SessionRepository<Session> {
  return new SessionRepository(
    { client: redis, ttl: TTL_S, userId: ({ user }) => user, ...options },
    { onWarning: ({ code }) => warnings.push(code) },
  );
}

async function signIn(sessions: SessionRepository<Session>, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await sessions.save(id, { user: 'ada' });
    await clock.advance(1000);
  }
}

async function listed(sessions: SessionRepository<Session>): Promise<string[]> {
  return (await sessions.listByUser('ada')).map(({ id }) => id);
}

const entries = (): string[] => [...(redis.sets.get(SET)?.keys() ?? [])].sort();

describe('a list of the sessions of a user', () => {
  test('begins with the newest activity', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'b', 'a', 'c');
    await sessions.save('b', { user: 'ada' });
    expect(await listed(sessions)).toEqual(['b', 'c', 'a']);
  });

  test('has sessions with equal activity in the order of their ids', async () => {
    const sessions = sessionsWith();
    for (const id of ['b', 'c', 'a', 'd']) await sessions.save(id, { user: 'ada' });
    expect(await listed(sessions)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('tells of each its handle, its activity and its expiry', async () => {
    const sessions = sessionsWith();
    const savedAt = clock.now();
    await signIn(sessions, 'id');
    expect(await sessions.listByUser('ada')).toEqual([
      {
        id: 'id',
        handle: sessions.handleOf('id'),
        session: { user: 'ada' },
        lastActive: new Date(savedAt),
        expires: new Date(savedAt + TTL_S * 1000),
      },
    ]);
  });

  test('with disableTTL, tells no expiry', async () => {
    const sessions = sessionsWith({ disableTTL: true });
    const savedAt = clock.now();
    await signIn(sessions, 'id');
    expect(await sessions.listByUser('ada')).toMatchObject([
      { expires: undefined, lastActive: new Date(savedAt) },
    ]);
  });

  test('reads scanCount sessions at a time', async () => {
    const sessions = sessionsWith({ scanCount: 2 });
    await signIn(sessions, 'a', 'b', 'c');
    redis.sent.length = 0;
    expect(await listed(sessions)).toEqual(['c', 'b', 'a']);
    const reads = redis.sent.filter(({ name }) => name === 'mget').map(({ args }) => args[0]);
    expect(reads).toEqual([['sess:a', 'sess:b'], ['sess:c']]);
  });

  test('skips what cannot be read, with a warning, and keeps its entry', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'a', 'b');
    redis.texts.set('sess:a', '{');
    expect(await listed(sessions)).toEqual(['b']);
    expect(await sessions.countByUser('ada')).toBe(1);
    expect(warnings).toEqual(['ERR_HOLDFAST_CORRUPT', 'ERR_HOLDFAST_CORRUPT']);
    expect(entries()).toEqual(['a', 'b']);
  });

  test('skips a session for which userId fails, with a warning', async () => {
    const sessions = sessionsWith({
      userId: ({ user }) => {
        if (user === 'bad') throw new Error('no');
        return user;
      },
    });
    await signIn(sessions, 'a', 'b');
    redis.texts.set('sess:a', '{"user":"bad"}');
    expect(await listed(sessions)).toEqual(['b']);
    expect(warnings).toEqual(['ERR_HOLDFAST_INVALID_USER_ID']);
  });

  test('skips a session that has lived for maxLifetime, and keeps its entry', async () => {
    const sessions = sessionsWith({ maxLifetime: 150 });
    await signIn(sessions, 'a');
    await clock.advance(60_000);
    await sessions.save('b', { user: 'ada' });
    await clock.advance(90_000);
    expect(await listed(sessions)).toEqual(['b']);
    expect(await sessions.countByUser('ada')).toBe(1);
    expect([warnings, entries()]).toEqual([[], ['a', 'b']]);
  });

  test('removes the entries of sessions that are gone, or that belong to another user', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'a', 'b', 'c');
    redis.texts.delete('sess:a');
    redis.texts.set('sess:b', '{"user":"bob"}');
    expect(await listed(sessions)).toEqual(['c']);
    expect([warnings, entries()]).toEqual([[], ['c']]);
  });

  test('adds an entry again if its session was stored since it was missing', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'a', 'b');
    const expiry = redis.sets.get(SET)?.get('a');
    const text = redis.texts.get('sess:a') ?? '';
    redis.texts.delete('sess:a');
    redis.hold('mget', 1);
    const list = listed(sessions);
    await settled();
    redis.texts.set('sess:a', text);
    redis.release('mget');
    await list;
    expect(redis.sets.get(SET)?.get('a')).toBe(expiry);
  });

  test('fails if an async serializer does not answer', async () => {
    const serializer = { stringify: JSON.stringify, parse: () => new Promise<Session>(() => {}) };
    const sessions = sessionsWith({ serializer });
    redis.texts.set('sess:a', '{}');
    redis.sets.set(SET, new Map([['a', clock.now()]]));
    await expect(clock.run(sessions.listByUser('ada'))).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_TIMEOUT',
    });
    expect(entries()).toEqual(['a']);
  });
});

describe('the end of all sessions of a user', () => {
  test('ends also those that have expired or cannot be read, and counts them', async () => {
    const sessions = sessionsWith({ maxLifetime: 150 });
    await signIn(sessions, 'expired');
    await clock.advance(149_000);
    await signIn(sessions, 'unreadable', 'live');
    redis.texts.set('sess:unreadable', '{');
    expect(await sessions.destroyByUser('ada')).toBe(3);
    expect([...redis.texts.keys()].filter((key) => key.startsWith('sess:'))).toEqual([]);
    expect(entries()).toEqual([]);
    expect(await sessions.endReason('live')).toBe('elsewhere');
  });

  test('keeps one', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'a', 'b', 'c');
    expect(await sessions.destroyByUser('ada', { except: 'b' })).toBe(2);
    expect(await listed(sessions)).toEqual(['b']);
    expect(entries()).toEqual(['b']);
  });

  test('does not touch sessions of others that are in the set, or count those that are gone', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'a', 'b', 'c');
    redis.texts.delete('sess:a');
    redis.texts.set('sess:b', '{"user":"bob"}');
    expect(await sessions.destroyByUser('ada')).toBe(1);
    expect(redis.texts.get('sess:b')).toBe('{"user":"bob"}');
    expect(await sessions.endReason('a')).toBeUndefined();
  });

  test('goes in batches of scanCount', async () => {
    const sessions = sessionsWith({ scanCount: 2, rememberEnded: 0 });
    await signIn(sessions, 'a', 'b', 'c');
    redis.sent.length = 0;
    expect(await sessions.destroyByUser('ada')).toBe(3);
    const sent = (name: string) => redis.sent.filter((each) => each.name === name);
    expect(sent('del').map(({ args }) => args[0])).toEqual([['sess:a', 'sess:b'], ['sess:c']]);
    expect(sent('zrem').map(({ args }) => args)).toEqual([
      [SET, ['a', 'b']],
      [SET, ['c']],
    ]);
  });

  test('leaves no unhandled rejection if Redis fails', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    redis.info = () => Promise.reject(new Error('Connection is closed.'));
    redis.zrangeByScore = () => Promise.reject(new Error('Connection is closed.'));
    await expect(sessionsWith().destroyByUser('ada')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
    });
    await settled();
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });
});

describe('a sign-in beyond maxPerUser', () => {
  test('ends the least recently active session', async () => {
    const sessions = sessionsWith({ maxPerUser: 2 });
    await signIn(sessions, 'a', 'b');
    await sessions.save('a', { user: 'ada' });
    expect(await listed(sessions)).toEqual(['a', 'b']);
    await clock.advance(1000);
    await signIn(sessions, 'c');
    expect(await listed(sessions)).toEqual(['c', 'a']);
    expect(await sessions.endReason('b')).toBe('limit');
    expect(entries()).toEqual(['a', 'c']);
  });

  test('does not count sessions that have expired or cannot be read', async () => {
    const sessions = sessionsWith({ maxPerUser: 1 });
    await signIn(sessions, 'a');
    redis.texts.set('sess:a', '{');
    await signIn(sessions, 'b');
    expect(await listed(sessions)).toEqual(['b']);
    expect(redis.texts.get('sess:a')).toBe('{');
  });

  test('is none if the session has no user', async () => {
    await sessionsWith({ maxPerUser: 1 }).save('id', {});
    expect(redis.takeNames()).toEqual(['setUnlessMarked']);
  });

  test('reads no sessions without the option', async () => {
    const sessions = sessionsWith();
    await signIn(sessions, 'a');
    const reads = redis.sent.filter(({ name }) => name === 'zrangeByScore');
    // To remove expired entries.
    expect(reads).toHaveLength(1);
  });
});
