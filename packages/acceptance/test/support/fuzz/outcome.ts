import type { Callback } from '@holdfast/core';

/** How an operation ended: well where the error is null. */
export interface Outcome {
  error: unknown;
  answer: unknown;
}

const TICK_MS = 50;

/**
 * Starts an operation that takes a callback, and answers how it ends.
 * @param withinMs how long it may take. Time in which the process was busy does not count.
 */
export function outcomeOf<Answer>(
  start: (callback: Callback<Answer>) => unknown,
  withinMs = 5000,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let ticks = 0;
    let calls = 0;
    const clock = setInterval(() => {
      if (++ticks * TICK_MS < withinMs) return;
      clearInterval(clock);
      reject(new Error(`It did not end within ${withinMs} ms: ${start}`));
    }, TICK_MS);
    start((error, answer) => {
      clearInterval(clock);
      if (++calls > 1) throw new Error(`It called back ${calls} times: ${start}`);
      if (!error && error !== null) reject(new Error(`It failed with nothing: ${start}`));
      else resolve({ error, answer });
    });
  });
}

/** The same for one that answers a promise. */
export function outcomeOfPromise(
  start: () => Promise<unknown>,
  withinMs?: number,
): Promise<Outcome> {
  return outcomeOf((callback) => {
    start().then(
      (answer) => callback(null, answer),
      // Only a callback takes nothing for success.
      (error) => callback(error || 'nothing'),
    );
  }, withinMs);
}

/** The code of an error of Holdfast; undefined for all else. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && code.startsWith('ERR_HOLDFAST_') ? code : undefined;
}
