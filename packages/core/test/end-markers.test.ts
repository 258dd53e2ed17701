import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RepositoryOptions, SessionRepository } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  user?: string;
}

const KEY = 'sess:id';
const MARKER = 'holdfast:ended:{sess:id}';

useManualClock();
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
    { client: redis, ...options },
    { onWarning: ({ code }) => warnings.push(code) },
  );
}

describe('the end of a session', () => {
  test('is remembered by the command that removes the session', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', {});
    redis.takeNames();
    await sessions.destroy('id');
    expect(redis.takeNames()).toEqual(['delAndMark']);
    expect(redis.texts.has(KEY)).toBe(false);
    expect(redis.texts.get(MARKER)).toBe('signedOut');
  });

  test('is remembered for rememberEnded seconds', async () => {
    const sessions = sessionsWith({ rememberEnded: 5 });
    await sessions.destroy('id', 'regenerated');
    expect(redis.sent).toEqual([{ name: 'delAndMark', args: [KEY, 'regenerated', 5000] }]);
    expect(await sessions.endReason('id')).toBe('regenerated');
    expect(await sessions.endReason('other')).toBeUndefined();
  });

  test('is not remembered with `rememberEnded: 0`', async () => {
    const sessions = sessionsWith({ rememberEnded: 0 });
    await sessions.save('id', {});
    redis.takeNames();
    await sessions.destroy('id');
    expect(await sessions.endReason('id')).toBeUndefined();
    await sessions.save('id', {});
    expect(redis.takeNames()).toEqual(['del', 'set']);
  });

  test('takes place if it cannot be remembered, with a warning', async () => {
    const sessions = sessionsWith({ userId: ({ user }) => user });
    await sessions.save('id', { user: 'ada' });
    redis.delAndMark = () => Promise.reject(new Error('OOM command not allowed'));
    redis.set = () => Promise.reject(new Error('OOM command not allowed'));
    expect(await sessions.destroyByUser('ada')).toBe(1);
    expect(redis.texts.has(KEY)).toBe(false);
    expect(warnings).toEqual(['ERR_HOLDFAST_REJECTED']);
  });

  test('is remembered without a script if the server runs none', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', {});
    redis.delAndMark = () => Promise.reject(new Error("ERR unknown command 'evalsha'"));
    await sessions.destroy('id');
    expect(redis.texts.has(KEY)).toBe(false);
    expect(await sessions.endReason('id')).toBe('signedOut');
    expect(warnings).toEqual([]);
  });

  test('fails while Redis is unavailable, without another command', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', {});
    redis.takeNames();
    redis.delAndMark = () => Promise.reject(new Error('Connection is closed.'));
    await expect(sessions.destroy('id')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
    });
    expect(redis.takeNames()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('of several sessions fails only when all commands have been answered', async () => {
    const sessions = sessionsWith({ userId: ({ user }) => user });
    await sessions.save('id', { user: 'ada' });
    await sessions.save('other', { user: 'ada' });
    redis.hold('delAndMark');
    const slow = redis.delAndMark.bind(redis);
    redis.delAndMark = (key, ...rest) =>
      key === KEY ? Promise.reject(new Error('Connection is closed.')) : slow(key, ...rest);
    let isOver = false;
    const ended = sessions.destroyByUser('ada').finally(() => {
      isOver = true;
    });
    await settled();
    expect(isOver).toBe(false);
    redis.release('delAndMark');
    await expect(ended).rejects.toMatchObject({ code: 'ERR_HOLDFAST_UNAVAILABLE' });
  });

  test('by an expired cookie is not remembered', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { cookie: { expires: new Date(0) } } as Session);
    expect(await sessions.endReason('id')).toBeUndefined();
    expect(redis.texts.has(MARKER)).toBe(false);
  });

  test('removes the index entries of a save that came too late', async () => {
    const sessions = sessionsWith({ userId: ({ user }) => user, trackCount: true });
    await sessions.destroy('id');
    await sessions.save('id', { user: 'ada' });
    expect([...redis.sets.values()].map((set) => set.size)).toEqual([0, 0]);
  });

  test.each(['foreign', ''])('with the reason %j of another program is unknown', async (text) => {
    redis.texts.set(MARKER, text);
    expect(await sessionsWith().endReason('id')).toBeUndefined();
  });
});

test('a read of a session that is there looks for no marker', async () => {
  const sessions = sessionsWith();
  await sessions.save('id', {});
  redis.takeNames();
  await sessions.load('id');
  expect(redis.takeNames()).toEqual(['get']);
});

test('with an empty prefix, ends are not remembered by default', async () => {
  const sessions = sessionsWith({ prefix: '' });
  await sessions.destroy('id');
  expect(redis.takeNames()).toEqual(['del']);
});
