import { randomUUID } from 'node:crypto';
import { sized } from '@holdfast/test-servers';
import { expect, test } from '@jest/globals';
import { Visitor } from '../support/concurrency/app-process.ts';
import { describeSetups } from '../support/concurrency/setups.ts';

const UPDATES = sized(100, 500);

/** The longest time that an async change takes. */
const MAX_DELAY_MS = 2;

describeSetups(['node-redis', 'ioredis'], (setup) => {
  test(`${UPDATES} updates of a counter, half of them at each application, end at ${UPDATES}`, async () => {
    const { first, second, raw } = setup();
    const visitor = await Visitor.signIn(first);
    const counts = await Promise.all([
      first.count(visitor.id, UPDATES / 2),
      second.count(visitor.id, UPDATES / 2),
    ]);
    expect((await visitor.visit(second)).fields).toEqual({ user: 'Ada', count: UPDATES });
    expect(inOrder(counts.flat())).toEqual(
      Array.from({ length: UPDATES }, (_, index) => index + 1),
    );
    expect(await raw('PTTL', visitor.id)).toBeGreaterThan(0);
  });

  test('no update is lost if Redis flushes its scripts', async () => {
    const { first, second, redis } = setup();
    const visitor = await Visitor.signIn(first);
    let isRunning = true;
    const flushing = (async () => {
      while (isRunning) await redis.raw('SCRIPT', 'FLUSH');
    })();
    await Promise.all([first.count(visitor.id, 50), second.count(visitor.id, 50)]);
    isRunning = false;
    await flushing;
    expect((await visitor.visit(first)).fields.count).toBe(100);
  });

  test('updates with an async change and requests of the same session keep all their changes', async () => {
    const { first, second } = setup();
    const visitor = await Visitor.signIn(first);
    const requests = Array.from({ length: 20 }, (_, index) =>
      visitor.work(index % 2 === 0 ? first : second, {
        delayMs: Math.random() * 100,
        set: { [`field${index}`]: index },
      }),
    );
    await Promise.all([
      first.count(visitor.id, 20, MAX_DELAY_MS),
      second.count(visitor.id, 20, MAX_DELAY_MS),
      ...requests,
    ]);
    const fields = Object.fromEntries(requests.map((_, index) => [`field${index}`, index]));
    expect((await visitor.visit(first)).fields).toEqual({ user: 'Ada', count: 40, ...fields });
  });

  test('a slow request keeps what an update counted during it', async () => {
    const { first, second } = setup();
    const gate = randomUUID();
    const visitor = await Visitor.signIn(first);
    const slow = visitor.work(first, { gate, set: { slow: 1 } });
    await first.arrived(gate);
    expect(await second.count(visitor.id, 1)).toEqual([1]);
    await first.open(gate);
    await slow;
    expect((await visitor.visit(second)).fields).toEqual({ user: 'Ada', count: 1, slow: 1 });
  });

  test('an update of a session that was signed out resolves to null and does not revive it', async () => {
    const { first, second, raw } = setup();
    const visitor = await Visitor.signIn(first);
    await visitor.post(first, '/sign-out');
    expect(await second.count(visitor.id, 2)).toEqual([null, null]);
    expect(await raw('EXISTS', visitor.id)).toBe(0);
  });

  test('a sign-out among updates ends the session', async () => {
    const { first, second, raw } = setup();
    const visitor = await Visitor.signIn(first);
    const [counts] = await Promise.all([
      first.count(visitor.id, 20, MAX_DELAY_MS),
      visitor.post(second, '/sign-out'),
    ]);
    const done = counts.filter((count) => count !== null);
    const nothing = Array(counts.length - done.length).fill(null);
    expect(counts).toEqual([...done, ...nothing]);
    expect(await raw('EXISTS', visitor.id)).toBe(0);
  });
});

function inOrder(counts: unknown[]): unknown[] {
  return counts.toSorted((one, other) => Number(one) - Number(other));
}
