import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RepositoryOptions, SessionRepository } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  user: string;
}

const SET = 'holdfast:user:sess:ada';
const KEEPS = 'maxmemory:1000\r\nmaxmemory_policy:noeviction\r\n';
const EVICTS = 'maxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n';
const UNLIMITED = 'maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n';

useManualClock();
let redis: MemoryRedis;
let warnings: string[];

beforeEach(() => {
  redis = new MemoryRedis();
  warnings = [];
});

async function sessionsOf(
  infos: readonly string[],
  options: Partial<RepositoryOptions<Session>> = {},
): Promise<SessionRepository<Session>> {
  redis.infos = infos;
  const sessions = new SessionRepository<Session>(
    { client: redis, userId: ({ user }) => user, ...options },
    { onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`) },
  );
  await sessions.save('id', { user: 'ada' });
  await sessions.load('id');
  await settled();
  redis.takeNames();
  return sessions;
}

/** Visits as a request does that changes nothing. Returns the commands. */
async function visit(sessions: SessionRepository<Session>): Promise<string[]> {
  redis.takeNames();
  const session = await sessions.load('id');
  await settled();
  await sessions.touch('id', session as Session);
  return redis.takeNames();
}

describe.each([
  ['has no limit of its memory', [UNLIMITED]],
  ['rejects writes when its memory is full', [KEEPS]],
])('a server that %s', (_, infos) => {
  test('is asked once, and then a visit sends GET alone', async () => {
    const sessions = await sessionsOf(infos);
    expect(redis.sent.filter(({ name }) => name === 'info')).toEqual([]);
    expect(await visit(sessions)).toEqual(['get']);
    expect(warnings).toEqual([]);
  });

  test('is not scanned to end the sessions of a user', async () => {
    const sessions = await sessionsOf(infos);
    redis.scan = () => {
      throw new Error('scanned');
    };
    expect(await sessions.destroyByUser('ada')).toBe(1);
  });
});

describe('a server that deletes keys when its memory is full', () => {
  test('is warned of once, with its policy', async () => {
    const sessions = await sessionsOf([EVICTS]);
    await visit(sessions);
    await sessions.destroyByUser('ada');
    expect(warnings).toEqual([
      expect.stringMatching(/^ERR_HOLDFAST_EVICTION: .*allkeys-lru.*noeviction/),
    ]);
  });

  test('is warned of with the option trackCount alone', async () => {
    await sessionsOf([EVICTS], { userId: undefined, trackCount: true });
    expect(warnings).toHaveLength(1);
  });

  test('is not asked without an index', async () => {
    const sessions = await sessionsOf([EVICTS], { userId: undefined });
    expect(await visit(sessions)).toEqual(['get']);
    expect(warnings).toEqual([]);
  });

  test('does not keep a user from ending the sessions that it has lost the entries of', async () => {
    const sessions = await sessionsOf([EVICTS], { scanCount: 2 });
    for (const id of ['a', 'b', 'c']) await sessions.save(id, { user: 'ada' });
    await sessions.save('of bob', { user: 'bob' });
    redis.texts.set('sess:unreadable', '{');
    redis.sets.delete(SET);
    expect(await sessions.destroyByUser('ada', { except: 'b' })).toBe(3);
    const left = [...redis.texts.keys()].filter((key) => key.startsWith('sess:'));
    expect(left.sort()).toEqual(['sess:b', 'sess:of bob', 'sess:unreadable']);
  });
});

describe.each([
  ['a server that deletes keys when its memory is full', [EVICTS]],
  ['a cluster', [KEEPS, KEEPS]],
])('on %s', (_, infos) => {
  test('a visit looks at the entry, beside the work of the request', async () => {
    const sessions = await sessionsOf(infos);
    expect(await visit(sessions)).toEqual(['get', 'zscore']);
    redis.hold('zscore');
    expect(await sessions.load('id')).toEqual({ user: 'ada' });
    redis.release('zscore');
  });

  test('the next visit restores an entry that was lost', async () => {
    const sessions = await sessionsOf(infos);
    redis.sets.delete(SET);
    expect(await visit(sessions)).toEqual(['get', 'zscore', 'zaddExtendingTtl', 'pexpire']);
    expect(await sessions.countByUser('ada')).toBe(1);
    expect(await visit(sessions)).toEqual(['get', 'zscore']);
  });

  test.each([
    ['without the option userId', undefined],
    ['with it', ({ user }: Partial<Session>) => user],
  ])('a visit of a session without a user looks at no entry, %s', async (_, userId) => {
    const sessions = await sessionsOf(infos, { userId, trackCount: true });
    redis.texts.set('sess:id', '{}');
    expect(await visit(sessions)).toEqual(['get']);
  });

  test('a look that fails changes nothing', async () => {
    const sessions = await sessionsOf(infos);
    redis.zscore = () => Promise.reject(new Error('WRONGTYPE'));
    expect(await visit(sessions)).toEqual(['get']);
  });
});

test('a server is asked by one visit at a time, and until it answers, visits look at no entry', async () => {
  redis.hold('info');
  const sessions = await sessionsOf([EVICTS]);
  expect(await visit(sessions)).toEqual(['get']);
  redis.release('info');
  await settled();
  expect(await visit(sessions)).toEqual(['get', 'zscore']);
});

test.each([
  ['whose lines end as in Unix', 'maxmemory:0\nmaxmemory_policy:allkeys-lru\n', 0],
  [
    'that has fields with longer names',
    `used_maxmemory:0\r\nold_maxmemory_policy:noeviction\r\n${EVICTS}`,
    1,
  ],
])('a reply %s is understood', async (_, info, count) => {
  await sessionsOf([info]);
  expect(warnings).toHaveLength(count);
});

test('a cluster is neither warned of nor scanned to end the sessions of a user', async () => {
  const sessions = await sessionsOf([KEEPS, KEEPS]);
  redis.scan = () => {
    throw new Error('scanned');
  };
  expect(await sessions.destroyByUser('ada')).toBe(1);
  expect(warnings).toEqual([]);
});

describe('a server that does not say whether it evicts keys', () => {
  test.each(['', 'maxmemory:1000\r\n'])('in its reply %j counts as one that does', async (info) => {
    const sessions = await sessionsOf([info]);
    redis.sets.delete(SET);
    expect(await sessions.destroyByUser('ada')).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(/^ERR_HOLDFAST_EVICTION: Redis does not say in INFO/),
    ]);
  });

  test('because of its access rules counts as one that does', async () => {
    redis.info = () =>
      Promise.reject(new Error("NOPERM this user has no permissions to run the 'info' command"));
    const sessions = await sessionsOf([]);
    redis.sets.delete(SET);
    expect(await sessions.destroyByUser('ada')).toBe(1);
    expect(warnings).toHaveLength(1);
  });

  test('because it is away has not changed', async () => {
    const sessions = await sessionsOf([EVICTS]);
    redis.sets.delete(SET);
    redis.info = () => Promise.reject(new Error('Connection is closed.'));
    expect(await sessions.destroyByUser('ada')).toBe(1);
  });

  test('because the connection breaks each time it is asked counts as one that does', async () => {
    let asked = 0;
    redis.info = () => {
      asked++;
      return Promise.reject(new Error('Connection is closed.'));
    };
    const sessions = await sessionsOf([]);
    for (let visits = 0; visits < 10; visits++) await visit(sessions);
    expect(asked).toBe(3);
    expect(warnings).toHaveLength(1);
    redis.sets.delete(SET);
    expect(await sessions.destroyByUser('ada')).toBe(1);
  });

  test('does not keep the sessions alive that the index knows if it forbids the scan', async () => {
    const sessions = await sessionsOf([EVICTS]);
    // biome-ignore lint/correctness/useYield: it fails at its first step.
    redis.scan = async function* () {
      throw new Error("NOPERM this user has no permissions to run the 'scan' command");
    };
    await expect(sessions.destroyByUser('ada')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_FORBIDDEN',
      message: expect.stringContaining('destroyByUser'),
    });
    expect(redis.texts.has('sess:id')).toBe(false);
  });

  test('because it is away is asked again', async () => {
    redis.info = () => Promise.reject(new Error('Connection is closed.'));
    const sessions = await sessionsOf([EVICTS]);
    await expect(sessions.destroyByUser('ada')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
    });
    expect(warnings).toEqual([]);
    Reflect.deleteProperty(redis, 'info');
    await sessions.save('new', { user: 'ada' });
    await sessions.load('new');
    await settled();
    expect(warnings).toHaveLength(1);
  });
});
