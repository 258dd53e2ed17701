import { beforeEach, describe, expect, test } from '@jest/globals';
import { SessionIndex } from '../src/indexes/session-index.ts';
import { GuardedRedis } from '../src/redis/guarded-redis.ts';
import { type RepositoryOptions, SessionRepository } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  user?: string;
  name?: string;
}

const SET = 'holdfast:user:sess:ada';
const TTL_S = 100;
/** How much longer a set lives than its sessions. */
const GRACE_MS = 60_000;

const clock = useManualClock();
let redis: MemoryRedis;

beforeEach(() => {
  redis = new MemoryRedis();
});

function sessionsWith(
  options: Partial<RepositoryOptions<Session>> = {},
): SessionRepository<Session> {
  const userId = ({ user }: Session) => user;
  return new SessionRepository({ client: redis, ttl: TTL_S, userId, ...options });
}

const membersOf = (set: string): string[] => [...(redis.sets.get(set)?.keys() ?? [])].sort();
/** The names of the sets that have members, of the users' sets or of those of the option trackCount. */
const setsOf = (kind: 'user' | 'all'): string[] =>
  [...redis.sets.keys()].filter(
    (set) => set.startsWith(`holdfast:${kind}:sess:`) && membersOf(set).length > 0,
  );

describe('the entry of a session', () => {
  test('expires when the session does, and its set a minute later', async () => {
    await sessionsWith().save('id', { user: 'ada' });
    const expiresAt = clock.now() + TTL_S * 1000;
    const [sent] = redis.sent;
    expect(sent?.args).toEqual([SET, expiresAt, 'id', TTL_S * 1000 + GRACE_MS]);
  });

  test('does not expire with disableTTL', async () => {
    await sessionsWith({ disableTTL: true }).save('id', { user: 'ada' });
    const [sent] = redis.sent;
    expect(sent?.args).toEqual([SET, clock.now() + 1e15, 'id', 1e15 + GRACE_MS]);
  });

  test('is written again with the same expiry after the session, if it is new', async () => {
    const sessions = sessionsWith();
    const expiresAt = clock.now() + TTL_S * 1000;
    redis.hold('setUnlessMarked');
    const saved = sessions.save('id', { user: 'ada' });
    await clock.advance(500);
    redis.takeNames();
    redis.sets.delete(SET);
    redis.release('setUnlessMarked');
    await saved;
    const [sent] = redis.sent;
    expect(sent?.args).toEqual([SET, expiresAt, 'id', TTL_S * 1000 - 500 + GRACE_MS]);
    expect(redis.sets.get(SET)?.get('id')).toBe(expiresAt);
  });

  test('gives its set a minute if the session has expired since', async () => {
    const sessions = sessionsWith({ ttl: 1, timeoutMs: 10_000 });
    redis.hold('setUnlessMarked');
    const saved = sessions.save('id', { user: 'ada' });
    await clock.advance(5000);
    redis.takeNames();
    redis.release('setUnlessMarked');
    await saved;
    expect(redis.sent[0]?.args[3]).toBe(GRACE_MS);
  });

  test('is removed again if the session was ended while it was stored', async () => {
    const sessions = sessionsWith({ trackCount: true });
    redis.hold('setUnlessMarked');
    const saved = sessions.save('id', { user: 'ada' });
    await settled();
    redis.texts.delete('sess:id');
    redis.release('setUnlessMarked');
    await saved;
    expect([setsOf('user'), setsOf('all')]).toEqual([[], []]);
  });

  test('moves to the set of another user', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada' });
    await sessions.save('other', { user: 'ada' });
    const session = (await sessions.load('id')) ?? {};
    await sessions.save('id', Object.assign(session, { user: 'bob' }));
    expect(membersOf(SET)).toEqual(['other']);
    expect(membersOf('holdfast:user:sess:bob')).toEqual(['id']);
    await sessions.save('id', { user: 'ada' });
    expect(membersOf(SET)).toEqual(['id', 'other']);
  });

  test('stays in the set if the session was given back to the user since', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada' });
    const session = (await sessions.load('id')) ?? {};
    redis.hold('compareAndSet');
    const saved = sessions.save('id', Object.assign(session, { user: 'bob' }));
    await settled();
    redis.texts.set('sess:id', '{"user":"ada"}');
    redis.release('compareAndSet');
    await saved;
    expect(membersOf(SET)).toEqual(['id']);
    expect(await sessions.countByUser('ada')).toBe(1);
    expect(await sessions.countByUser('bob')).toBe(0);
  });
});

describe('a sign-in removes from the set of the user', () => {
  async function signInWith(expired: Record<string, number>): Promise<void> {
    redis.sets.set(SET, new Map(Object.entries(expired)));
    await sessionsWith({ scanCount: 2 }).save('id', { user: 'ada' });
  }

  test('expired entries without a session', async () => {
    redis.texts.set('sess:stored', '{}');
    const past = clock.now();
    await signInWith({ gone: past, stored: past, later: past + 1 });
    expect(membersOf(SET)).toEqual(['id', 'later', 'stored']);
    // Others never leave the set, not even for a moment.
    const removals = redis.sent.filter(({ name }) => name === 'zrem');
    expect(removals.map(({ args }) => args)).toEqual([[SET, ['gone']]]);
  });

  test('at most scanCount of them', async () => {
    await signInWith({ a: 1, b: 2, c: 3 });
    expect(membersOf(SET)).toEqual(['c', 'id']);
  });
});

describe('with trackCount', () => {
  const ids = Array.from({ length: 500 }, (_, number) => `session ${number}`);

  test('the sessions are spread over 64 sets, and counted there', async () => {
    const sessions = sessionsWith({ trackCount: true });
    for (const id of ids) await sessions.save(id, {});
    expect(setsOf('all')).toHaveLength(64);
    expect(await sessions.length()).toBe(ids.length);
    redis.takeNames();
    await sessions.length();
    expect(redis.takeNames()).toEqual(Array(64).fill('zcount'));
    await sessions.destroy(ids[0] ?? '');
    expect(await sessions.length()).toBe(ids.length - 1);
    expect(setsOf('user')).toEqual([]);
  });

  test('expired sessions do not count', async () => {
    const sessions = sessionsWith({ trackCount: true });
    await sessions.save('a', {});
    await clock.advance(1000);
    await sessions.save('b', {});
    await clock.advance(TTL_S * 1000 - 1000);
    expect(await sessions.length()).toBe(2);
    await clock.advance(1);
    expect(await sessions.length()).toBe(1);
  });

  test('a session of a user is in two sets, and in none after its end', async () => {
    const sessions = sessionsWith({ trackCount: true });
    await sessions.save('id', { user: 'ada' });
    await sessions.save('other', { user: 'ada' });
    await sessions.destroy('id');
    expect(setsOf('all')).toHaveLength(1);
    expect(membersOf(SET)).toEqual(['other']);
    await sessions.destroyByUser('ada');
    expect([setsOf('user'), setsOf('all')]).toEqual([[], []]);
  });
});

test('without userId and trackCount, no command is for the index', async () => {
  const sessions = sessionsWith({ userId: undefined });
  await sessions.save('id', { user: 'ada' });
  await sessions.destroy('id');
  expect(redis.takeNames()).toEqual(['setUnlessMarked', 'delAndMark']);
});

describe('clear', () => {
  test.each([
    ['userId', {}],
    ['trackCount', { trackCount: true, userId: undefined }],
  ])(
    'with %s removes the entries of sessions that are gone, and keeps others',
    async (_, options) => {
      const sessions = sessionsWith(options);
      for (const id of ['a', 'b', 'c']) await sessions.save(id, { user: 'ada' });
      const [set = ''] = [...redis.sets.keys()];
      redis.scan = async function* (match: string) {
        // Begins after the scan for sessions, or among the sets.
        if (match === 'sess:*') yield ['sess:a', 'sess:b'];
        else yield [...redis.sets.keys()];
      };
      await sessions.clear();
      expect([...redis.texts.keys()]).toEqual(['sess:c']);
      const left = [...redis.sets.values()].flatMap((members) => [...members.keys()]);
      expect([left, set.startsWith('holdfast:')]).toEqual([['c'], true]);
    },
  );

  test('scans for no sets without userId', async () => {
    const matches: string[] = [];
    redis.scan = async function* (match: string) {
      matches.push(match);
      yield [];
    };
    await sessionsWith({ userId: undefined }).clear();
    expect(matches).toEqual(['sess:*']);
    await sessionsWith().clear();
    expect(matches).toEqual(['sess:*', 'sess:*', 'holdfast:user:sess:*']);
  });

  test('leaves the sets of trackCount alone without the option', async () => {
    redis.takeNames();
    await sessionsWith().clear();
    expect(redis.takeNames()).toEqual([]);
  });
});

describe('the userId function', () => {
  test('that throws makes a save fail, with its error as the cause', async () => {
    const cause = new Error('no');
    const userId = () => {
      throw cause;
    };
    await expect(sessionsWith({ userId }).save('id', {})).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_USER_ID',
      cause,
    });
  });

  test('that throws does not keep a session from being read', async () => {
    redis.texts.set('sess:id', '{"name":"Ada"}');
    const userId = () => {
      throw new Error('no');
    };
    expect(await sessionsWith({ userId }).load('id')).toEqual({ name: 'Ada' });
  });
});

describe('the fields that userId reads', () => {
  const fieldsOf = (userId: (session: object) => string | undefined) => {
    const client = new GuardedRedis({ client: redis, timeoutMs: 1000, prefix: 'sess:' }, () => {});
    const settings = { client, prefix: 'sess:', scanCount: 10, trackCount: false, userId };
    const session = { user: { id: 'ada' }, name: 'Ada', [Symbol.toStringTag]: 'Session' };
    return [...new SessionIndex<object>(settings).userFieldsOf(session)];
  };
  const read = (session: object, ...names: PropertyKey[]) => {
    for (const name of names) Reflect.get(session, name);
    return 'ada';
  };

  test('are those of the top level that it reads, present or not', () => {
    expect(fieldsOf((session) => read(session, 'user', 'account'))).toEqual(['user', 'account']);
    expect(fieldsOf((session) => String(Reflect.get(Reflect.get(session, 'user'), 'id')))).toEqual([
      'user',
    ]);
    expect(fieldsOf((session) => read(session, Symbol.toStringTag))).toEqual([]);
  });

  test('include those that it reads before it throws', () => {
    const userId = (session: object) => {
      read(session, 'user');
      throw new Error('no');
    };
    expect(fieldsOf(userId)).toEqual(['user']);
  });

  test('are not those that a copy reads', () => {
    const seen: string[] = [];
    const fields = fieldsOf((session) => {
      read(session, 'user');
      const copy = { ...session };
      seen.push(...Object.keys(copy));
      return read(session, 'name');
    });
    expect([fields, seen]).toEqual([['user'], ['user', 'name']]);
  });
});
