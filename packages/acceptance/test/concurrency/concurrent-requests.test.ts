import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type App, Visitor } from '../support/concurrency/app-process.ts';
import { describeSides, inTrials, type Sides } from '../support/concurrency/setups.ts';

const TRIALS = 20;
/** Enough where already one trial loses fields. */
const LOSING_TRIALS = 5;
const REQUESTS = 50;
const MAX_DELAY_MS = 50;

/** How many of the fields survive that parallel requests of one session set, each one of its own. */
async function survivors({ first, second }: Sides): Promise<number> {
  const visitor = await Visitor.signIn(first);
  const request = (index: number) =>
    visitor.work(index % 2 === 0 ? first : second, {
      delayMs: Math.random() * MAX_DELAY_MS,
      set: { [`field${index}`]: index },
    });
  await Promise.all(Array.from({ length: REQUESTS }, (_, index) => request(index)));
  const { fields } = await visitor.visit(second);
  return Array.from({ length: REQUESTS }, (_, index) => fields[`field${index}`] === index).filter(
    Boolean,
  ).length;
}

/** What stands in a session after a slow request and a quick one that came and went meanwhile. */
async function afterBoth(
  { first, second }: Sides,
  fields: object,
  slowly: object,
  quickly: object,
): Promise<Record<string, unknown>> {
  const gate = randomUUID();
  const visitor = await Visitor.signIn(first, fields);
  const slow = visitor.work(first, { gate, ...slowly });
  await first.arrived(gate);
  await visitor.work(second, quickly);
  await first.open(gate);
  await slow;
  return (await visitor.visit(second)).fields;
}

describe('Holdfast', () => {
  describeSides(['node-redis', 'ioredis'], (sides) => {
    test('50 parallel requests that each set a field of their own all keep it, in 20 of 20 trials', async () => {
      const kept = await inTrials(TRIALS, () => survivors(sides()));
      expect(kept).toEqual(Array(TRIALS).fill(REQUESTS));
    });

    test('a field that one request deletes stays deleted, whatever the other changes', async () => {
      const fields = { mine: 1, theirs: 1, kept: 1 };
      expect(
        await afterBoth(
          sides(),
          fields,
          { unset: ['mine'] },
          { unset: ['theirs'], set: { new: 1 } },
        ),
      ).toEqual({ user: 'Ada', kept: 1, new: 1 });
    });

    test('a field that both requests change is as the later save left it', async () => {
      const changed = await afterBoth(
        sides(),
        { cart: { items: ['a'] } },
        { push: { cart: 'slow' }, set: { slow: 1 } },
        { push: { cart: 'quick' }, set: { quick: 1 } },
      );
      expect(changed).toEqual({ user: 'Ada', cart: { items: ['a', 'slow'] }, slow: 1, quick: 1 });
    });

    test('what Redis itself would mangle comes through a merge unchanged', async () => {
      const odd = {
        empty: { list: [], object: {} },
        big: [2 ** 53 + 2, 1e300, -0.1],
        text: 'zażółć 🦊 \ud800 \u2028',
        at: new Date(0).toISOString(),
        nothing: null,
      };
      // express-session itself reads no field at the top that is called like one of its session's methods.
      const deep = { ...odd, constructor: 'a field' };
      const fields = await afterBoth(
        sides(),
        { deep, ...odd },
        { set: { slow: deep } },
        { set: { quick: deep } },
      );
      expect(fields).toEqual({ user: 'Ada', deep, ...odd, slow: deep, quick: deep });
    });

    test('a second save in one request is merged too', async () => {
      const gate = randomUUID();
      const { first, second } = sides();
      const visitor = await Visitor.signIn(first, { old: 1 });
      const slow = visitor.work(first, {
        saveFirst: { set: { early: 1 } },
        gate,
        set: { late: 1 },
      });
      await first.arrived(gate);
      await visitor.work(second, { unset: ['early', 'old'], set: { quick: 1 } });
      await first.open(gate);
      await slow;
      expect((await visitor.visit(second)).fields).toEqual({ user: 'Ada', late: 1, quick: 1 });
    });

    test('no request fails when Redis forgets its scripts in the middle, and nothing is lost', async () => {
      const { raw } = sides().redis;
      const refusedBefore = await refusals(raw);
      let isRunning = true;
      const flushing = (async () => {
        while (isRunning) await raw('SCRIPT', 'FLUSH');
      })();
      const kept = await inTrials(2, () => survivors(sides()));
      isRunning = false;
      await flushing;
      expect(kept).toEqual([REQUESTS, REQUESTS]);
      expect(await refusals(raw)).toBeGreaterThan(refusedBefore);
    });
  });

  describeSides(
    ['node-redis', 'ioredis'],
    (sides) => {
      test('50 saves of one session that wait for each other cost about 50 round trips', async () => {
        const gate = randomUUID();
        const { first } = sides();
        const visitor = await Visitor.signIn(first);
        const requests = Array.from({ length: REQUESTS }, (_, index) =>
          visitor.work(first, { gate, set: { [`field${index}`]: index } }),
        );
        await first.arrived(gate, REQUESTS);
        const before = await compareAndSets(first);
        await first.open(gate);
        await Promise.all(requests);
        const commands = (await compareAndSets(first)) - before;
        expect(commands).toBeGreaterThanOrEqual(REQUESTS);
        expect(commands).toBeLessThanOrEqual(REQUESTS + 5);
      });
    },
    [1],
  );

  describeSides(['node-redis-conflicts', 'ioredis-conflicts'], (sides) => {
    test('the option conflicts decides what becomes of a field within which both requests changed something', async () => {
      const { first } = sides();
      const before = (await first.log()).resolved.length;
      const merged = await afterBoth(
        sides(),
        { cart: { items: ['a'] }, other: 1 },
        { push: { cart: 'slow' }, set: { slow: 1, other: 2 } },
        { push: { cart: 'quick' }, set: { quick: 1 } },
      );
      expect(merged).toEqual({
        user: 'Ada',
        cart: { items: ['a', 'quick', 'slow'] },
        other: 2,
        slow: 1,
        quick: 1,
      });
      expect((await first.log()).resolved.slice(before)).toEqual([
        {
          field: 'cart',
          base: { items: ['a'] },
          mine: { items: ['a', 'slow'] },
          theirs: { items: ['a', 'quick'] },
        },
      ]);
    });
  });
});

/** How often Redis answered NOSCRIPT. */
async function refusals(raw: (...command: string[]) => Promise<unknown>): Promise<number> {
  const info = String(await raw('INFO', 'errorstats'));
  return Number(/errorstat_NOSCRIPT:count=(\d+)/.exec(info)?.[1] ?? 0);
}

async function compareAndSets(app: App): Promise<number> {
  return (await app.log()).commands.compareAndSet ?? 0;
}

describe('without merging', () => {
  describeSides(['connect-redis', 'node-redis-overwrite', 'ioredis-overwrite'], (sides) => {
    test('of 50 parallel requests that each set a field of their own, almost none keeps it', async () => {
      const kept = await inTrials(LOSING_TRIALS, () => survivors(sides()));
      expect(Math.max(...kept)).toBeLessThan(10);
    });

    test('a field that one request deletes is back when a slower one saves', async () => {
      expect(
        await afterBoth(sides(), { theirs: 1 }, { set: { mine: 1 } }, { unset: ['theirs'] }),
      ).toEqual({ user: 'Ada', theirs: 1, mine: 1 });
    });
  });
});
