import { until } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { MAX_AGE_MS, Visitor } from '../support/concurrency/app-process.ts';
import { describeSetups, type Setup } from '../support/concurrency/setups.ts';

const TOUCHES = 10;

/** When a session ends, in milliseconds since 1970, by everything that tells. */
interface Ends {
  get: number;
  all: number;
  request: number;
  /** The end of the key lies between these. */
  key: [least: number, most: number];
}

async function endsOf({ second, raw }: Setup, visitor: Visitor): Promise<Ends> {
  const before = Date.now();
  const ttlMs = Number(await raw('PTTL', visitor.id));
  const key: Ends['key'] = [before + ttlMs, Date.now() + ttlMs];
  const { get, all } = await second.stored(visitor.id);
  const { endsAt } = await visitor.visit(second);
  const listed = all.find(({ id }) => id === visitor.id);
  return { get: timeOf(get), all: timeOf(listed), request: endsAt, key };
}

function timeOf(session: { cookie: { expires: string } } | undefined): number {
  return new Date(session?.cookie.expires ?? Number.NaN).getTime();
}

/** Waits until it is later than before. @returns the time. */
async function later(): Promise<number> {
  const before = Date.now();
  await until('the clock moves', () => Date.now() > before);
  return Date.now();
}

/** Touches a session by requests that change nothing, some in each process. */
async function touched({ first, second }: Setup) {
  const visitor = await Visitor.signIn(first);
  let lastTouch = 0;
  for (let touch = 0; touch < TOUCHES; touch++) {
    lastTouch = await later();
    await visitor.visit(touch % 2 === 0 ? second : first);
  }
  return { visitor, lastTouch };
}

/** Expects the key to live for its whole life since the last touch. */
function expectTouchedKey({ key: [least, most] }: Ends, lastTouch: number): void {
  expect(most).toBeGreaterThanOrEqual(lastTouch + MAX_AGE_MS);
  expect(least).toBeLessThanOrEqual(Date.now() + MAX_AGE_MS);
}

/** Expects everything to tell the same end, which is not before the last touch would have it. */
function expectAgreement(ends: Ends, lastTouch: number): void {
  const { get, all, request, key } = ends;
  expectTouchedKey(ends, lastTouch);
  expect([all, request]).toEqual([get, get]);
  expect(get).toBeGreaterThanOrEqual(lastTouch + MAX_AGE_MS);
  expect(get).toBeLessThanOrEqual(key[1] + 1);
}

describe('Holdfast', () => {
  describeSetups(['node-redis', 'ioredis'], (setup) => {
    test('after ten touches, get, all, and the next request agree on the end of the session', async () => {
      const { visitor, lastTouch } = await touched(setup());
      expectAgreement(await endsOf(setup(), visitor), lastTouch);
    });

    test('concurrent requests that touch a session agree, and change nothing else', async () => {
      const { first, second } = setup();
      const visitor = await Visitor.signIn(first, { visits: 1 });
      const touchedFrom = await later();
      const visits = Array.from({ length: TOUCHES }, (_, index) =>
        visitor.visit(index % 2 === 0 ? first : second),
      );
      await Promise.all(visits);
      expectAgreement(await endsOf(setup(), visitor), touchedFrom);
      expect((await visitor.visit(first)).fields).toEqual({ user: 'Ada', visits: 1 });
    });

    test('a touch keeps what another request stored before it', async () => {
      const { first, second } = setup();
      const visitor = await Visitor.signIn(first, { visits: 1 });
      const gate = visitor.id;
      const slow = visitor.work(first, { gate });
      await first.arrived(gate);
      await visitor.work(second, { set: { visits: 2 } });
      await first.open(gate);
      await slow;
      expect((await visitor.visit(second)).fields).toEqual({ user: 'Ada', visits: 2 });
    });
  });
});

describe('without merging', () => {
  describeSetups(
    ['connect-redis', 'node-redis-overwrite', 'ioredis-overwrite'],
    (setup, { resave }) => {
      // With resave, each request saves, and nothing is ever touched.
      if (resave) return;
      test('after ten touches, a session tells an older end than its key', async () => {
        const { visitor, lastTouch } = await touched(setup());
        const ends = await endsOf(setup(), visitor);
        expectTouchedKey(ends, lastTouch);
        for (const end of [ends.get, ends.all, ends.request]) {
          expect(end).toBeLessThan(lastTouch + MAX_AGE_MS);
        }
      });
    },
  );
});
