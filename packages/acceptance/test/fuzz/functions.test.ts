import { RedisStore } from '@holdfast/core';
import { sized } from '@holdfast/test-servers';
import fc from 'fast-check';
import { fuzz } from '../support/fuzz/fuzz.ts';
import { memoryRedis } from '../support/fuzz/memory-redis.ts';
import { type Misbehave, misbehavior } from '../support/fuzz/misbehavior.ts';
import { everyOperation, TIMEOUT_MS } from '../support/fuzz/operations.ts';
import { sessionOf } from '../support/sessions.ts';

/** What each function of the application does at its next calls, in turns. */
const calls = fc.array(misbehavior, { minLength: 1, maxLength: 4 });
const plan = fc.record({
  parse: calls,
  stringify: calls,
  userId: calls,
  ttl: calls,
  conflicts: calls,
  trackCount: fc.nat({ max: 9 }).map((number) => number === 0),
});

/** Returns a function that keeps its contract unless the plan says otherwise. */
function planned<Args extends unknown[], Answer>(
  plans: (Misbehave | undefined)[],
  well: (...args: Args) => Answer,
): (...args: Args) => Answer {
  let count = 0;
  return (...args) => {
    const misbehave = plans[count++ % plans.length];
    return misbehave === undefined ? well(...args) : (misbehave() as Answer);
  };
}

fuzz(
  'whatever the functions of an application do, each operation ends once',
  sized({ cases: 150, together: 150 }, { cases: 1000, together: 250 }),
  plan,
  async ({ parse, stringify, userId, ttl, conflicts, trackCount }) => {
    const prefix = 'functions:';
    const redis = memoryRedis();
    const whose = (session: object) => Reflect.get(session, 'user');
    await redis.set(`${prefix}id`, JSON.stringify(sessionOf({ user: 'ada' })));
    await redis.zaddExtendingTtl(`holdfast:user:${prefix}ada`, Date.now() + 60_000, 'id', 60_000);
    const store = new RedisStore({
      client: redis,
      prefix,
      timeoutMs: TIMEOUT_MS,
      trackCount,
      serializer: {
        parse: planned(parse, JSON.parse),
        stringify: planned(stringify, (session) => JSON.stringify(session)),
      },
      userId: planned(userId, whose),
      ttl: planned(ttl, () => 60),
      conflicts: planned(conflicts, (_field, _base, mine) => mine),
    });
    await everyOperation(store, 'id');
  },
);
