import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { TimeLimit } from '../src/redis/time-limit.ts';

/** The limit, and how late it may be by what is promised. */
const MS = 100;
const LATE_MS = 100;
/** What a busy machine adds. */
const SLACK_MS = 100;

const never = () => new Promise<never>(() => {});

describe('a time limit', () => {
  test('answers as the work does that ends in time', async () => {
    const limit = new TimeLimit(MS);
    const failure = new Error('no');
    expect(await limit.within(Promise.resolve('answer'))).toBe('answer');
    await expect(limit.within(Promise.reject(failure))).rejects.toBe(failure);
  });

  test('rejects for work that takes longer, not before its time and not much after', async () => {
    const limit = new TimeLimit(MS);
    const waits = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        // Spread over several ticks of the clock.
        await sleep(index * 3);
        const start = performance.now();
        await expect(limit.within(never())).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
        return performance.now() - start;
      }),
    );
    // A timer of Node's can be a millisecond early.
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(MS - 2);
    expect(Math.max(...waits)).toBeLessThan(MS + LATE_MS + SLACK_MS);
  });

  test('takes each piece of work for itself, in whatever order they end', async () => {
    const limit = new TimeLimit(MS);
    const ends: (() => void)[] = [];
    const works = Array.from({ length: 5 }, (_, index) =>
      limit.within(new Promise<number>((resolve) => ends.push(() => resolve(index)))),
    );
    const answers = Promise.allSettled(works);
    for (const index of [3, 0, 4]) ends[index]?.();
    expect((await answers).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  test('lets nobody know what becomes of work that took too long', async () => {
    const limit = new TimeLimit(MS);
    const ends: (() => void)[] = [];
    const work = new Promise<void>((_, reject) => ends.push(() => reject(new Error('late'))));
    const late = limit.within(work);
    const other = limit.within(never());
    await expect(late).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
    // An unhandled rejection would end the test.
    ends[0]?.();
    await expect(other).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' });
    expect(await limit.within(Promise.resolve('next'))).toBe('next');
  });

  test('does not count time in which the process itself was busy', async () => {
    const limit = new TimeLimit(MS);
    const work = limit.within(sleep(10, 'answer'));
    const end = performance.now() + 3 * MS;
    while (performance.now() < end);
    expect(await work).toBe('answer');
  });

  test('that is infinite ends nothing', async () => {
    const limit = new TimeLimit(Number.POSITIVE_INFINITY);
    expect(await limit.within(sleep(2 * MS, 'answer'))).toBe('answer');
  });
});
