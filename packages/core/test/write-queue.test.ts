import { describe, expect, test } from '@jest/globals';
import { type QueuedWrite, WriteQueue } from '../src/session/write-queue.ts';
import { settled, useManualClock } from './manual-clock.ts';

const TIMEOUT_MS = 100;
const LATE_MS = 100;

const clock = useManualClock();

/** A write that the test finishes. */
function task() {
  let resolve = (_result: string): void => {};
  let reject = (_error: Error): void => {};
  const result = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  const started: QueuedWrite[] = [];
  return {
    started,
    run: (write: QueuedWrite) => {
      started.push(write);
      return result;
    },
    /** @param leftText the text that the write leaves. */
    finish(leftText: string, value = `result of ${leftText}`) {
      for (const write of started) write.leftText = leftText;
      resolve(value);
    },
    fail: (message: string) => reject(new Error(message)),
  };
}

describe('writes of one key', () => {
  test('run in the order of the calls, and each learns what the one before it left', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [first, second, third] = [task(), task(), task()];
    const results = [first, second, third].map(({ run }) => queue.run('key', run));
    await settled();
    expect([first, second, third].map(({ started }) => started.length)).toEqual([1, 0, 0]);
    first.finish('one');
    await settled();
    expect([first, second, third].map(({ started }) => started.length)).toEqual([1, 1, 0]);
    second.finish('two');
    await settled();
    third.finish('three');
    expect(await Promise.all(results)).toEqual([
      'result of one',
      'result of two',
      'result of three',
    ]);
    const previous = [first, second, third].map(({ started }) => started[0]?.previousText);
    expect(previous).toEqual([undefined, 'one', 'two']);
  });

  test('wait for one that runs, if the one before it has ended', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [first, second, third] = [task(), task(), task()];
    const results = [first, second].map(({ run }) => queue.run('key', run));
    first.finish('one');
    await settled();
    results.push(queue.run('key', third.run));
    await settled();
    expect(third.started).toEqual([]);
    second.finish('two');
    await settled();
    third.finish('three');
    await Promise.all(results);
    expect(third.started[0]?.previousText).toBe('two');
  });

  test('go on after one that failed, which leaves nothing known', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [first, second, third] = [task(), task(), task()];
    const [one, two, three] = [first, second, third].map(({ run }) => queue.run('key', run));
    await settled();
    first.finish('one');
    await settled();
    for (const write of second.started) write.leftText = 'never stored';
    second.fail('no');
    await expect(two).rejects.toThrow('no');
    await settled();
    third.finish('three');
    expect([await one, await three]).toEqual(['result of one', 'result of three']);
    expect(third.started[0]?.previousText).toBeUndefined();
  });

  test('learn nothing from a write that had finished before they were requested', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [first, late] = [task(), task()];
    const one = queue.run('key', first.run);
    first.finish('one');
    await one;
    await settled();
    const two = queue.run('key', late.run);
    late.finish('late');
    await two;
    expect(late.started[0]?.previousText).toBeUndefined();
  });

  test('do not wait for writes of other keys', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [slow, fast] = [task(), task()];
    const one = queue.run('slow', slow.run);
    const two = queue.run('fast', fast.run);
    fast.finish('fast');
    expect(await two).toBe('result of fast');
    slow.finish('slow');
    expect(await one).toBe('result of slow');
  });
});

describe('a write that takes too long', () => {
  test('rejects, expires and lets the next one run', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [silent, next] = [task(), task()];
    const rejected = expect(queue.run('key', silent.run)).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_TIMEOUT',
    });
    await clock.advance(TIMEOUT_MS - 1);
    const [write] = silent.started;
    expect(write?.isExpired).toBe(false);
    expect(() => write?.throwIfExpired()).not.toThrow();
    const result = queue.run('key', next.run);
    await clock.advance(LATE_MS);
    await rejected;
    expect(write?.isExpired).toBe(true);
    expect(() => write?.throwIfExpired()).toThrow(
      expect.objectContaining({ code: 'ERR_HOLDFAST_TIMEOUT' }),
    );
    next.finish('next');
    expect(await result).toBe('result of next');
    expect(next.started[0]?.previousText).toBeUndefined();
  });

  test('leaves nothing for the next one, even if it finishes late', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [late, next] = [task(), task()];
    const rejected = expect(queue.run('key', late.run)).rejects.toThrow();
    await clock.advance(TIMEOUT_MS + LATE_MS);
    await rejected;
    late.finish('late');
    await settled();
    const result = queue.run('key', next.run);
    next.finish('next');
    await result;
    expect(next.started[0]?.previousText).toBeUndefined();
  });

  test('is never started if it waited too long for the ones before it', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [silent, waiting] = [task(), task()];
    const results = [silent, waiting].map(({ run }) => queue.run('key', run));
    const rejected = Promise.all(
      results.map((result) =>
        expect(result).rejects.toMatchObject({ code: 'ERR_HOLDFAST_TIMEOUT' }),
      ),
    );
    await clock.advance(TIMEOUT_MS + LATE_MS);
    await rejected;
    silent.finish('late');
    await settled();
    expect(waiting.started).toEqual([]);
  });
});

describe('the pending writes of a key', () => {
  test('are none before the first and after the last', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    expect(queue.settled('key')).toBeUndefined();
    const only = task();
    const result = queue.run('key', only.run);
    expect(queue.settled('key')).toBeDefined();
    expect(queue.settled('other')).toBeUndefined();
    only.finish('only');
    await result;
    await settled();
    expect(queue.settled('key')).toBeUndefined();
  });

  test('have settled when all that were requested so far have, including one that failed', async () => {
    const queue = new WriteQueue(TIMEOUT_MS);
    const [first, second] = [task(), task()];
    queue.run('key', first.run);
    queue.run('key', second.run).catch(() => {});
    let isSettled = false;
    queue.settled('key')?.then(() => {
      isSettled = true;
    });
    first.finish('one');
    await settled();
    expect(isSettled).toBe(false);
    second.fail('no');
    await settled();
    expect(isSettled).toBe(true);
  });
});
