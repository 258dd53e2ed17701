import type { Callback } from '@holdfast/core';

/** How an operation ended: well if the error is null. */
export interface Outcome {
  error: unknown;
  result: unknown;
}

/** Only an operation that never ends takes so long. */
const PATIENCE_MS = 60_000;

/** Starts an operation that takes a callback, and resolves to how it ends. */
export function outcomeOf<Result>(
  start: (callback: Callback<Result>) => unknown,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`It did not end within ${PATIENCE_MS} ms: ${start}`)),
      PATIENCE_MS,
    );
    let calls = 0;
    start((error, result) => {
      clearTimeout(timer);
      if (++calls > 1) throw new Error(`It called back ${calls} times: ${start}`);
      if (!error && error !== null) reject(new Error(`It failed with nothing: ${start}`));
      else resolve({ error, result });
    });
  });
}

/** The same for an operation that returns a promise. */
export function outcomeOfPromise(start: () => Promise<unknown>): Promise<Outcome> {
  return outcomeOf((callback) => {
    start().then(
      (result) => callback(null, result),
      // A callback would take nothing for success.
      (error) => callback(error || 'nothing'),
    );
  });
}

/** Returns the code of an error of Holdfast; undefined for everything else. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && code.startsWith('ERR_HOLDFAST_') ? code : undefined;
}
