import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CircuitBreaker } from '../src/redis/circuit-breaker.ts';
import { useManualClock } from './manual-clock.ts';

/** How long a run of failures must last, and the pause between two probes. */
const RUN_MS = 250;
const PROBE_MS = 250;

const failure = new Error('no');
const clock = useManualClock();

describe('a circuit breaker', () => {
  let isBack: boolean;
  let probed: string[];
  let changes: boolean[];
  let breaker: CircuitBreaker;

  beforeEach(() => {
    isBack = false;
    probed = [];
    changes = [];
    breaker = new CircuitBreaker(
      'sess:failed',
      async (key) => {
        probed.push(key);
        if (isBack) breaker.succeeded();
        else breaker.failed(failure);
      },
      () => changes.push(breaker.isOpen),
    );
  });

  // Otherwise it would go on probing.
  afterEach(() => breaker.succeeded());

  async function open(): Promise<void> {
    for (let count = 0; count < 4; count++) breaker.failed(failure);
    await clock.advance(RUN_MS);
    breaker.failed(failure);
  }

  test('opens after a run of failures that lasts a while', async () => {
    await open();
    expect(breaker.isOpen).toBe(true);
    expect(breaker.refuse('key')).toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
      status: 503,
      cause: failure,
    });
  });

  test('stays closed for fewer failures, however long they last', async () => {
    for (let count = 0; count < 4; count++) {
      breaker.failed(failure);
      await clock.advance(RUN_MS);
    }
    expect(breaker.isOpen).toBe(false);
  });

  test('stays closed for many failures at the same time, as when a connection ends', () => {
    for (let count = 0; count < 1000; count++) breaker.failed(failure);
    expect(breaker.isOpen).toBe(false);
  });

  test('stays closed if a success comes in between', async () => {
    for (let count = 0; count < 4; count++) breaker.failed(failure);
    await clock.advance(RUN_MS);
    breaker.succeeded();
    for (let count = 0; count < 5; count++) breaker.failed(failure);
    expect(breaker.isOpen).toBe(false);
    expect(changes).toEqual([]);
  });

  test('closes at a success, of a probe or of a command that was under way', async () => {
    await open();
    breaker.succeeded();
    expect(breaker.isOpen).toBe(false);
    await open();
    isBack = true;
    await clock.advance(PROBE_MS);
    expect(breaker.isOpen).toBe(false);
    expect(changes).toEqual([true, false, true, false]);
  });

  test('probes as often as before if it opens again before a probe is answered', async () => {
    const answers: (() => void)[] = [];
    const probe = () => new Promise<void>((resolve) => answers.push(resolve));
    breaker = new CircuitBreaker('sess:failed', probe, () => {});
    await open();
    await clock.advance(PROBE_MS);
    breaker.succeeded();
    await open();
    answers[0]?.();
    await clock.advance(PROBE_MS);
    expect(answers).toHaveLength(2);
  });

  test('probes with the key that failed, or that was wanted last, until it closes', async () => {
    await open();
    await clock.advance(PROBE_MS);
    breaker.refuse('sess:first');
    breaker.refuse('sess:second');
    await clock.advance(2 * PROBE_MS);
    expect(probed).toEqual(['sess:failed', 'sess:second', 'sess:second']);
    isBack = true;
    await clock.advance(10 * PROBE_MS);
    expect(probed).toHaveLength(4);
    expect(clock.timers).toBe(0);
  });
});
