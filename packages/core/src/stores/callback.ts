import { type HoldfastError, invalidArgument } from '../errors.ts';
import { shown } from '../util/values.ts';

/**
 * Gives the outcome of some work to a callback, and else answers a promise of it. A callback is called outside of the
 * promise, so that what it throws is nobody's rejection.
 */
export function answer<Answer>(
  callback: ((error: unknown, answer?: Answer) => void) | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> | undefined {
  if (callback === undefined) return work();
  if (typeof callback !== 'function') throw notAFunction(callback);
  work().then(
    (value) => process.nextTick(callback, null, value),
    (error) => process.nextTick(callback, error || failedWithNothing(error)),
  );
  return undefined;
}

/** A callback takes nothing for success, and an application's function may throw nothing, as in `throw undefined`. */
function failedWithNothing(cause: unknown): Error {
  return new Error(
    `A function of the application failed without an error, but with ${shown(cause)}.`,
    {
      cause,
    },
  );
}

function notAFunction(callback: unknown): HoldfastError {
  return invalidArgument(
    `The callback must be a function, or left out for a promise, not ${shown(callback)}.`,
  );
}
