import { describe, expect, test } from '@jest/globals';
import { TimeLimit } from '../src/redis/time-limit.ts';
import { settled, useManualClock } from './manual-clock.ts';

const LIMIT_MS = 100;
/** How late the limit may be, by what the option promises. */
const LATE_MS = 100;
/** How often it looks. */
const TICK_MS = 50;

const clock = useManualClock();

/** A promise that the test settles. */
function deferred<Result>() {
  let resolve = (_result: Result): void => {};
  let reject = (_error: Error): void => {};
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Records how a promise settles. */
function outcomeOf(promise: Promise<unknown>): { status: string } {
  const outcome = { status: 'pending' };
  promise.then(
    () => {
      outcome.status = 'fulfilled';
    },
    (error) => {
      outcome.status = error.code;
    },
  );
  return outcome;
}

const never = () => new Promise<never>(() => {});

describe('a time limit', () => {
  test('settles as a promise does that settles in time', async () => {
    const limit = new TimeLimit(LIMIT_MS);
    const failure = new Error('no');
    expect(await limit.within(Promise.resolve('result'))).toBe('result');
    await expect(limit.within(Promise.reject(failure))).rejects.toBe(failure);
  });

  test('rejects after the limit, and at most two ticks later, wherever between two ticks the promise began', async () => {
    const limit = new TimeLimit(LIMIT_MS);
    // Keeps the timer running, so that the ticks do not begin with the promise.
    const outcomes = [outcomeOf(limit.within(never()))];
    for (let index = 0; index < 10; index++) {
      await clock.advance(7);
      const outcome = outcomeOf(limit.within(never()));
      outcomes.push(outcome);
      clock.after(LIMIT_MS - 1, () => expect(outcome.status).toBe('pending'));
      clock.after(LIMIT_MS + LATE_MS + 1, () =>
        expect(outcome.status).toBe('ERR_HOLDFAST_TIMEOUT'),
      );
    }
    await clock.advance(LIMIT_MS + LATE_MS + 1);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(
      new Set(['ERR_HOLDFAST_TIMEOUT']),
    );
  });

  test('of whole ticks rejects at most one tick later', async () => {
    const outcome = outcomeOf(new TimeLimit(2 * TICK_MS).within(never()));
    await clock.advance(3 * TICK_MS);
    expect(outcome.status).toBe('ERR_HOLDFAST_TIMEOUT');
  });

  test('settles as a promise does that began before others', async () => {
    const limit = new TimeLimit(LIMIT_MS);
    const first = deferred<string>();
    const failure = new Error('no');
    const rejected = expect(limit.within(first.promise)).rejects.toBe(failure);
    outcomeOf(limit.within(never()));
    first.reject(failure);
    await rejected;
    await clock.advance(LIMIT_MS + LATE_MS);
  });

  test('watches each promise by itself, in whatever order they settle', async () => {
    const limit = new TimeLimit(LIMIT_MS);
    const promises = Array.from({ length: 5 }, () => deferred<string>());
    const outcomes = promises.map(({ promise }) => outcomeOf(limit.within(promise)));
    for (const index of [3, 0, 4]) promises[index]?.resolve('result');
    await clock.advance(LIMIT_MS + LATE_MS);
    const timeout = 'ERR_HOLDFAST_TIMEOUT';
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      timeout,
      timeout,
      'fulfilled',
      'fulfilled',
    ]);
  });

  test('handles the late rejection of a promise that took too long', async () => {
    const limit = new TimeLimit(LIMIT_MS);
    const late = deferred<string>();
    const outcome = outcomeOf(limit.within(late.promise));
    await clock.advance(LIMIT_MS + LATE_MS);
    expect(outcome.status).toBe('ERR_HOLDFAST_TIMEOUT');
    // An unhandled rejection would fail the test.
    late.reject(new Error('late'));
    await settled();
    expect(await limit.within(Promise.resolve('next'))).toBe('next');
  });

  test('reports every result, and no failure after the limit', async () => {
    const reports: string[] = [];
    const limit = new TimeLimit(LIMIT_MS, {
      onSuccess: () => reports.push('success'),
      onFailure(error) {
        reports.push((error as Error).message.slice(0, 5));
        return error;
      },
    });
    const [lateResult, lateError] = [deferred<string>(), deferred<string>()];
    for (const { promise } of [lateResult, lateError]) limit.within(promise).catch(() => {});
    limit.within(Promise.reject(new Error('early'))).catch(() => {});
    await clock.advance(LIMIT_MS + LATE_MS);
    lateError.reject(new Error('late'));
    lateResult.resolve('late');
    await settled();
    expect(reports).toEqual(['early', 'Redis', 'Redis', 'success']);
  });

  test('stops its timer when nothing is left to watch', async () => {
    const limit = new TimeLimit(LIMIT_MS);
    const work = deferred<string>();
    limit.within(work.promise);
    expect(clock.timers).toBe(1);
    work.resolve('result');
    await clock.advance(LATE_MS);
    expect(clock.timers).toBe(0);
  });

  test('of Infinity never rejects, and sets no timer', async () => {
    const limit = new TimeLimit(Number.POSITIVE_INFINITY);
    const work = deferred<string>();
    const result = limit.within(work.promise);
    await clock.advance(1e9);
    expect(clock.timers).toBe(0);
    work.resolve('result');
    expect(await result).toBe('result');
  });

  test('of Infinity rejects as a promise does, with the error of the observer', async () => {
    const failure = new Error('no');
    const explained = new Error('explained');
    const limit = new TimeLimit(Number.POSITIVE_INFINITY, {
      onSuccess() {},
      onFailure: (error) => (error === failure ? explained : error),
    });
    await expect(limit.within(Promise.reject(failure))).rejects.toBe(explained);
  });
});
