import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SessionRepository } from '../src/repository.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  user: string;
}

const userId = ({ user }: Partial<Session>) => user;

/** To which scores the entries of some sessions move. */
type Move = Record<string, number>;

/** Moves some entries of the user's set before each read of it, as touches of other processes do. */
class MovingRedis extends MemoryRedis {
  moves: Move[] = [];

  override zrangeByScore(...args: Parameters<MemoryRedis['zrangeByScore']>) {
    const [set] = args;
    for (const [id, score] of Object.entries(this.moves.shift() ?? {})) {
      this.sets.get(set)?.set(id, score);
    }
    return super.zrangeByScore(...args);
  }
}

test('a list has every session of a user, however the expiries move while it is read', async () => {
  const ids = ['a', 'b', 'c', 'd'];
  const score = fc.constantFrom(1, 2, 3);
  const moves = fc.array(fc.record({ a: score, b: score }, { requiredKeys: [] }), { maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), moves, async (scanCount, planned) => {
      const redis = new MovingRedis();
      const sessions = new SessionRepository<Session>({ client: redis, userId, scanCount });
      for (const id of ids) await sessions.save(id, { user: 'ada' });
      for (const id of ids) redis.sets.get('holdfast:user:sess:ada')?.set(id, 2);
      redis.moves = [...planned];
      expect(await sessions.countByUser('ada')).toBe(ids.length);
    }),
    { numRuns: 1000 },
  );
});
