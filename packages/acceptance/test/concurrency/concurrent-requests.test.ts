import { randomUUID } from 'node:crypto';
import { sized } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { type App, Visitor } from '../support/concurrency/app-process.ts';
import { describeSetups, inTrials, type Setup } from '../support/concurrency/setups.ts';

const TRIALS = sized(2, 20);
const REQUESTS = 50;
const MAX_DELAY_MS = 50;

/** Sets a field in each of many concurrent requests of one session. Returns how many of the fields are stored. */
async function survivors({ first, second }: Setup): Promise<number> {
  const visitor = await Visitor.signIn(first);
  const request = (index: number) =>
    visitor.work(index % 2 === 0 ? first : second, {
      delayMs: Math.random() * MAX_DELAY_MS,
      set: { [`field${index}`]: index },
    });
  await Promise.all(Array.from({ length: REQUESTS }, (_, index) => request(index)));
  return storedFields(visitor, second);
}

async function storedFields(visitor: Visitor, app: App): Promise<number> {
  const { fields } = await visitor.visit(app);
  const isStored = (_: unknown, index: number) => fields[`field${index}`] === index;
  return Array.from({ length: REQUESTS }, isStored).filter(Boolean).length;
}

/** The same where every request has read the session before the first one saves it. */
async function survivorsOfRace({ first, second }: Setup): Promise<number> {
  const [visitor, gate] = [await Visitor.signIn(first), randomUUID()];
  const requests = Array.from({ length: REQUESTS }, (_, index) =>
    visitor.work(index % 2 === 0 ? first : second, { gate, set: { [`field${index}`]: index } }),
  );
  const apps = first === second ? [first] : [first, second];
  await Promise.all(apps.map((app) => app.arrived(gate, REQUESTS / apps.length)));
  await Promise.all(apps.map((app) => app.open(gate)));
  await Promise.all(requests);
  return storedFields(visitor, second);
}

/** Runs a quick request during a slow one. Returns what the session holds after both. */
async function afterBoth(
  setup: Setup,
  fields: object,
  slowly: object,
  quickly: object,
): Promise<Record<string, unknown>> {
  return (await runBoth(setup, fields, slowly, quickly)).fields;
}

/** Runs a quick request during a slow one. Returns what the session holds after both, and the events of the slow one. */
async function runBoth(
  { first, second }: Setup,
  fields: object,
  slowly: object,
  quickly: object,
): Promise<{ fields: Record<string, unknown>; conflicts: string[] }> {
  const gate = randomUUID();
  const visitor = await Visitor.signIn(first, fields);
  const slow = visitor.work(first, { gate, ...slowly });
  await first.arrived(gate);
  await visitor.work(second, quickly);
  await first.open(gate);
  await slow;
  const after = await visitor.visit(second);
  return { fields: after.fields, conflicts: await first.conflicts(visitor.id) };
}

describe('Holdfast', () => {
  describeSetups(['node-redis', 'ioredis'], (setup) => {
    test(`50 concurrent requests that each set a field of their own keep all of them, in ${TRIALS} of ${TRIALS} trials`, async () => {
      const kept = await inTrials(TRIALS, () => survivors(setup()));
      expect(kept).toEqual(Array(TRIALS).fill(REQUESTS));
      expect(await survivorsOfRace(setup())).toBe(REQUESTS);
    });

    test('a field that one request deletes stays deleted, whatever the other changes', async () => {
      const fields = { mine: 1, theirs: 1, kept: 1 };
      expect(
        await afterBoth(
          setup(),
          fields,
          { unset: ['mine'] },
          { unset: ['theirs'], set: { new: 1 } },
        ),
      ).toEqual({ user: 'Ada', kept: 1, new: 1 });
    });

    test('a value that both requests change gets the value of the later save, and an event has its path', async () => {
      const changed = await runBoth(
        setup(),
        { order: { state: 'open' } },
        { set: { order: { state: 'paid', slow: 1 } } },
        { set: { order: { state: 'void', quick: 1 } } },
      );
      expect(changed).toEqual({
        fields: { user: 'Ada', order: { state: 'paid', slow: 1, quick: 1 } },
        conflicts: ['order.state'],
      });
    });

    test('50 concurrent requests that each append to one list keep all elements', async () => {
      const { first, second } = setup();
      const visitor = await Visitor.signIn(first);
      await Promise.all(
        Array.from({ length: REQUESTS }, (_, index) =>
          visitor.work(index % 2 === 0 ? first : second, { push: { cart: index } }),
        ),
      );
      const { fields } = await visitor.visit(second);
      const inOrder = [...(fields.cart as number[])].sort((one, other) => one - other);
      expect(inOrder).toEqual(Array.from({ length: REQUESTS }, (_, index) => index));
      expect(await first.conflicts(visitor.id)).toEqual([]);
    });

    test('a flash message that arrives while a slow page shows another one is kept', async () => {
      const shown = await runBoth(
        setup(),
        { flash: ['shown'] },
        { empty: ['flash'] },
        { push: { flash: 'new' } },
      );
      expect(shown).toEqual({ fields: { user: 'Ada', flash: ['new'] }, conflicts: [] });
    });

    test("passport's user is replaced as a whole", async () => {
      const changed = await runBoth(
        setup(),
        { passport: { user: 1 } },
        { set: { passport: { user: 1, slow: 1 } } },
        { set: { passport: { user: 2 } } },
      );
      expect(changed).toEqual({
        fields: { user: 'Ada', passport: { user: 1, slow: 1 } },
        conflicts: ['passport'],
      });
    });

    test('values that Redis itself would change survive a merge', async () => {
      const odd = {
        empty: { list: [], object: {} },
        big: [2 ** 53 + 2, 1e300, -0.1],
        text: 'zażółć 🦊 \ud800 \u2028',
        at: new Date(0).toISOString(),
        nothing: null,
      };
      // express-session does not read a top-level field that has the name of a session method.
      const deep = { ...odd, constructor: 'a field' };
      const fields = await afterBoth(
        setup(),
        { deep, ...odd },
        { set: { slow: deep } },
        { set: { quick: deep } },
      );
      expect(fields).toEqual({ user: 'Ada', deep, ...odd, slow: deep, quick: deep });
    });

    test('a second save in one request is merged, too', async () => {
      const gate = randomUUID();
      const { first, second } = setup();
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

    test('no request fails and nothing is lost if Redis flushes its scripts', async () => {
      const { raw } = setup().redis;
      const refusedBefore = await refusals(raw);
      let isRunning = true;
      const flushing = (async () => {
        while (isRunning) await raw('SCRIPT', 'FLUSH');
      })();
      const kept = await inTrials(2, () => survivors(setup()));
      isRunning = false;
      await flushing;
      expect(kept).toEqual([REQUESTS, REQUESTS]);
      expect(await refusals(raw)).toBeGreaterThan(refusedBefore);
    });
  });

  describeSetups(
    ['node-redis', 'ioredis'],
    (setup) => {
      test('50 queued saves of one session cost about 50 round trips', async () => {
        const gate = randomUUID();
        const { first } = setup();
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

  describeSetups(['node-redis-conflicts', 'ioredis-conflicts'], (setup) => {
    test('the option conflicts decides on a value that both requests changed', async () => {
      const { first } = setup();
      const before = (await first.log()).resolved.length;
      const merged = await runBoth(
        setup(),
        { order: { state: 'open' }, other: 1 },
        { set: { order: { state: 'paid' }, other: 2 } },
        { set: { order: { state: 'void' }, quick: 1 } },
      );
      expect(merged).toEqual({
        fields: { user: 'Ada', order: { state: 'void and paid' }, other: 2, quick: 1 },
        conflicts: [],
      });
      expect((await first.log()).resolved.slice(before)).toEqual([
        { path: ['order', 'state'], base: 'open', mine: 'paid', theirs: 'void' },
      ]);
    });
  });

  describeSetups(['node-redis-by-field', 'ioredis-by-field'], (setup) => {
    test('`sum` counts every one of 50 concurrent increments', async () => {
      const { first, second } = setup();
      const visitor = await Visitor.signIn(first);
      await Promise.all(
        Array.from({ length: REQUESTS }, (_, index) =>
          visitor.work(index % 2 === 0 ? first : second, { count: ['visits'] }),
        ),
      );
      expect((await visitor.visit(second)).fields.visits).toBe(REQUESTS);
    });

    test('`union` keeps one of two equal elements', async () => {
      const merged = await runBoth(
        setup(),
        { roles: ['guest'] },
        { push: { roles: 'editor' } },
        { push: { roles: 'editor' } },
      );
      expect(merged.fields.roles).toEqual(['guest', 'editor']);
    });
  });
});

/** Counts how often Redis replied NOSCRIPT. */
async function refusals(raw: (...command: string[]) => Promise<unknown>): Promise<number> {
  const info = String(await raw('INFO', 'commandstats'));
  return Number(/cmdstat_eval:calls=(\d+)/.exec(info)?.[1] ?? 0);
}

async function compareAndSets(app: App): Promise<number> {
  return (await app.log()).commands.compareAndSet ?? 0;
}

describe('without merging', () => {
  describeSetups(['connect-redis', 'node-redis-overwrite', 'ioredis-overwrite'], (setup) => {
    test('of 50 concurrent requests that each set a field of their own, one keeps it', async () => {
      expect(await survivorsOfRace(setup())).toBe(1);
    });

    test('a field that one request deletes is back after a slower one saves', async () => {
      expect(
        await afterBoth(setup(), { theirs: 1 }, { set: { mine: 1 } }, { unset: ['theirs'] }),
      ).toEqual({ user: 'Ada', theirs: 1, mine: 1 });
    });
  });
});
