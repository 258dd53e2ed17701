import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CircuitBreaker } from '../src/redis/circuit-breaker.ts';

/** How long failures in a row must last, and how long it is between two looks. */
const RUN_MS = 250;
const PROBE_MS = 250;
/** What a busy machine adds. */
const SLACK_MS = 400;

const failure = new Error('no');

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
      'sess:',
      async (key) => {
        probed.push(key);
        if (isBack) breaker.answered();
        else breaker.failed(failure);
      },
      (isOpen) => changes.push(isOpen),
    );
  });

  // Else it would go on looking.
  afterEach(() => breaker.answered());

  async function open(): Promise<void> {
    for (let count = 0; count < 4; count++) breaker.failed(failure);
    await sleep(RUN_MS + 5);
    breaker.failed(failure);
  }

  test('opens after failures in a row that last a while', async () => {
    await open();
    expect(breaker.isOpen).toBe(true);
    expect(breaker.refusal('key')).toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
      status: 503,
      cause: failure,
    });
  });

  test('does not open for many failures at the same time, as when one master of a cluster is away', () => {
    for (let count = 0; count < 1000; count++) breaker.failed(failure);
    expect(breaker.isOpen).toBe(false);
  });

  test('does not open where an answer comes between', async () => {
    for (let count = 0; count < 4; count++) breaker.failed(failure);
    await sleep(RUN_MS + 5);
    breaker.answered();
    for (let count = 0; count < 5; count++) breaker.failed(failure);
    expect(breaker.isOpen).toBe(false);
  });

  test('closes at an answer, of a look or of what was under way', async () => {
    await open();
    breaker.answered();
    expect(breaker.isOpen).toBe(false);
    await open();
    isBack = true;
    await sleep(PROBE_MS + SLACK_MS);
    expect(breaker.isOpen).toBe(false);
    expect(changes).toEqual([true, false, true, false]);
  });

  test('looks with a key that somebody wanted last, for as long as it is open', async () => {
    await open();
    breaker.refusal('first');
    breaker.refusal('second');
    await sleep(PROBE_MS + SLACK_MS);
    expect(probed).toContain('second');
    isBack = true;
    await sleep(PROBE_MS + SLACK_MS);
    const looks = probed.length;
    await sleep(2 * PROBE_MS);
    expect(probed).toHaveLength(looks);
  });
});
