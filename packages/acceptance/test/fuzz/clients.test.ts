import { type RedisLike, RedisStore } from '@holdfast/core';
import { sized } from '@holdfast/test-servers';
import fc from 'fast-check';
import { fuzz } from '../support/fuzz/fuzz.ts';
import { memoryRedis } from '../support/fuzz/memory-redis.ts';
import { type Misbehave, misbehavior, returned } from '../support/fuzz/misbehavior.ts';
import { everyOperation, TIMEOUT_MS } from '../support/fuzz/operations.ts';
import { sessionOf } from '../support/sessions.ts';

const whose = (session: object) => Reflect.get(session, 'user');

/** Scans: what their iterators do at each step, and on return. */
const scan = fc.record({
  steps: fc.array(misbehavior, { minLength: 1, maxLength: 4 }),
  batches: fc.array(
    fc.oneof(
      returned,
      fc.constantFrom<Misbehave>(
        () => ['foreign', 'sess:', 'holdfast:user:', 'holdfast:all:foreign'],
        () => 'text',
        () => [[]],
        () => [{ length: 2 ** 40 }],
      ),
    ),
    { minLength: 1, maxLength: 20 },
  ),
  onReturn: misbehavior,
});
type Scan = typeof scan extends fc.Arbitrary<infer One> ? One : never;

function iterated({ steps, batches, onReturn }: Scan, real: AsyncIterable<unknown>): unknown {
  const found = real[Symbol.asyncIterator]();
  let count = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const misbehave = steps[count % steps.length];
        if (misbehave !== undefined) return count++ > 20 ? found.next() : misbehave();
        const batch = batches[count++];
        return batch === undefined
          ? found.next()
          : Promise.resolve().then(() => ({ done: false, value: batch() }));
      },
      return: () => onReturn?.(),
    }),
  };
}

/** Throws if a command is about a key outside of the prefix and its sets. */
function checkKeys(prefix: string, method: string, [first]: unknown[]): void {
  const begins = ['', 'holdfast:user:', 'holdfast:all:', 'holdfast:ended:{'].map(
    (begin) => begin + prefix,
  );
  for (const key of [first].flat()) {
    if (!begins.some((begin) => String(key).startsWith(begin))) {
      throw new Error(`${method} of a foreign key: ${String(key)}`);
    }
  }
}

const plan = fc.record({
  calls: fc.array(misbehavior, { minLength: 1, maxLength: 12 }),
  scan: fc.option(scan, { nil: undefined }),
  trackCount: fc.nat({ max: 9 }).map((number) => number === 0),
  onOutage: fc.constantFrom('error' as const, 'skip' as const),
});

fuzz(
  'whatever a client does, each operation ends once, and touches only keys of its prefix',
  sized({ cases: 150, together: 150 }, { cases: 1000, together: 250 }),
  plan,
  async ({ calls, scan, trackCount, onOutage }) => {
    const prefix = 'clients:';
    const redis = memoryRedis();
    await redis.set(`${prefix}id`, JSON.stringify(sessionOf({ user: 'ada' })));
    await redis.zaddExtendingTtl(`holdfast:user:${prefix}ada`, Date.now() + 60_000, 'id', 60_000);
    let count = 0;
    let isOver = false;
    const foreign: unknown[] = [];
    const client = new Proxy(redis, {
      get(target, name: keyof RedisLike) {
        const method = Reflect.get(target, name);
        // It sends no command.
        if (typeof method !== 'function' || name === 'markerOf') return method;
        return (...args: unknown[]) => {
          try {
            // It names no key.
            if (name !== 'info') checkKeys(prefix, name, args);
          } catch (error) {
            foreign.push(error);
          }
          const work = () => Reflect.apply(method, target, args);
          if (isOver) return work();
          if (name === 'scan') return scan === undefined ? work() : iterated(scan, work());
          const misbehave = calls[count++ % calls.length];
          return misbehave === undefined ? work() : misbehave();
        };
      },
    });
    const store = new RedisStore({
      client,
      prefix,
      timeoutMs: TIMEOUT_MS,
      userId: whose,
      trackCount,
      onOutage,
    });
    await everyOperation(store, 'id');
    // A store that looks whether Redis is back finds it.
    isOver = true;
    if (foreign.length > 0) throw foreign[0];
  },
);
