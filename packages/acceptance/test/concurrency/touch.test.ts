import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Visitor } from '../support/concurrency/app-process.ts';
import { describeSides, type Sides } from '../support/concurrency/setups.ts';

const TOUCHES = 10;

/** So that all touches together take longer than what the places may differ by. */
const BETWEEN_TOUCHES_MS = 30;

const TOLERANCE_MS = 100;

/** A session that requests kept alive which changed nothing, some in each process. */
async function touchedVisitor({ first, second }: Sides): Promise<Visitor> {
  const visitor = await Visitor.signIn(first);
  for (let touch = 0; touch < TOUCHES; touch++) {
    await delay(BETWEEN_TOUCHES_MS);
    await visitor.visit(touch % 2 === 0 ? second : first);
  }
  return visitor;
}

/** The places that tell another end of a session than its key has, and by how many milliseconds. */
async function far(sides: Sides, visitor: Visitor): Promise<[string, number][]> {
  const { second } = sides;
  const keyEndsAt = await endOfKey(sides, visitor);
  const { get, all } = await second.stored(visitor.id);
  const { endsAt } = await visitor.visit(second);
  const listed = all.find(({ id }) => id === visitor.id);
  const ends = { get: timeOf(get), all: timeOf(listed), request: endsAt };
  return Object.entries(ends)
    .map(([place, end]): [string, number] => [place, Math.abs(end - keyEndsAt)])
    .filter(([, ms]) => !(ms < TOLERANCE_MS));
}

/** The earliest of several readings, as an answer that comes late on a busy machine makes the end seem later. */
async function endOfKey({ raw }: Sides, { id }: Visitor): Promise<number> {
  let end = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < 3; reading++) {
    const ttlMs = Number(await raw('PTTL', id));
    end = Math.min(end, Date.now() + ttlMs);
  }
  return end;
}

function timeOf(session: { cookie: { expires: string } } | undefined): number {
  return new Date(session?.cookie.expires ?? Number.NaN).getTime();
}

describe('Holdfast', () => {
  describeSides(['node-redis', 'ioredis'], (sides) => {
    test('after ten touches, get, all and the next request agree with the key on when the session ends', async () => {
      const visitor = await touchedVisitor(sides());
      expect(await far(sides(), visitor)).toEqual([]);
    });

    test('requests that touch a session at once agree with each other, and change nothing else', async () => {
      const { first, second } = sides();
      const visitor = await Visitor.signIn(first, { visits: 1 });
      await delay(TOUCHES * BETWEEN_TOUCHES_MS);
      const visits = Array.from({ length: TOUCHES }, (_, index) =>
        visitor.visit(index % 2 === 0 ? first : second),
      );
      await Promise.all(visits);
      expect(await far(sides(), visitor)).toEqual([]);
      expect((await visitor.visit(first)).fields).toEqual({ user: 'Ada', visits: 1 });
    });

    test('a touch keeps what another request stored meanwhile', async () => {
      const { first, second } = sides();
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
  describeSides(
    ['connect-redis', 'node-redis-overwrite', 'ioredis-overwrite'],
    (sides, { resave }) => {
      // With resave, each request saves, and nothing is ever touched.
      if (resave) return;
      test('a session tells another end than the key after ten touches', async () => {
        const visitor = await touchedVisitor(sides());
        const places = (await far(sides(), visitor)).map(([place]) => place);
        expect(places).toEqual(['get', 'all', 'request']);
      });
    },
  );
});
