import { beforeEach, describe, expect, test } from '@jest/globals';
import { SessionRepository } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  message?: string;
}

const TIMEOUT_MS = 1000;

const clock = useManualClock();
let redis: MemoryRedis;
let sessions: SessionRepository<Session>;

beforeEach(() => {
  redis = new MemoryRedis();
  sessions = new SessionRepository({ client: redis, timeoutMs: TIMEOUT_MS });
});

describe('a read', () => {
  test('waits for the writes of its session that were requested before', async () => {
    redis.hold('setUnlessMarked');
    const saved = sessions.save('id', { message: 'saved' });
    const read = sessions.load('id');
    await settled();
    expect(redis.takeNames()).toEqual(['setUnlessMarked']);
    redis.release('setUnlessMarked');
    await saved;
    expect(await read).toEqual({ message: 'saved' });
    expect(redis.takeNames()).toEqual(['get']);
  });

  test('does not wait for writes of other sessions', async () => {
    redis.hold('setUnlessMarked');
    const saved = sessions.save('other', {});
    expect(await sessions.load('id')).toBeNull();
    redis.release('setUnlessMarked');
    await saved;
  });

  test('reads the session after a write that failed', async () => {
    const failure = new Error('OOM command not allowed');
    redis.setUnlessMarked = () => Promise.reject(failure);
    const saved = expect(sessions.save('id', {})).rejects.toMatchObject({ cause: failure });
    expect(await sessions.load('id')).toBeNull();
    await saved;
  });

  test('shares one time limit with the writes that it waits for', async () => {
    redis.hold('setUnlessMarked');
    redis.hold('get');
    const saved = sessions.save('id', {});
    const read = expect(sessions.load('id')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_TIMEOUT',
    });
    await clock.advance(0.6 * TIMEOUT_MS);
    redis.release('setUnlessMarked');
    await saved;
    // The GET alone is within its limit.
    await clock.advance(0.6 * TIMEOUT_MS);
    redis.release('get');
    await read;
  });

  test('fails at once while Redis is known to be away, whatever its session waits for', async () => {
    const unavailable = { code: 'ERR_HOLDFAST_UNAVAILABLE' };
    redis.hold('setUnlessMarked');
    const saved = expect(sessions.save('id', {})).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_TIMEOUT',
    });
    redis.get = () => Promise.reject(new Error('read ECONNRESET'));
    for (let failures = 1; failures <= 5; failures++) {
      await expect(sessions.load('other')).rejects.toMatchObject(unavailable);
      await clock.advance(100);
    }
    await expect(sessions.load('id')).rejects.toMatchObject(unavailable);
    await clock.advance(TIMEOUT_MS);
    await saved;
  });

  test('does not wait for the work of an update, which may read the session itself', async () => {
    await sessions.save('id', { message: 'first' });
    const seen: unknown[] = [];
    await sessions.update('id', async (session) => {
      seen.push(await sessions.load('id'));
      session.message = 'second';
    });
    expect(seen).toEqual([{ message: 'first' }]);
    expect(await sessions.load('id')).toEqual({ message: 'second' });
  });
});
