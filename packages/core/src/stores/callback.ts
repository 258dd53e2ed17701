import { type HoldfastError, invalidArgument } from '../errors.ts';
import { describeValue, isRecord } from '../util/values.ts';
import { WatchedPromise } from './watched-promise.ts';

/**
 * Passes the outcome of an operation to a callback, or without one returns the operation's promise. The callback runs
 * outside of the promise, so that an error that it throws is an uncaught exception and not a rejection.
 * @param callback null counts as absent.
 * @param onUnhandled called with the error of the promise if the caller does not wait for it. It does not end the process.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
 */
export function callbackOrPromise<Result>(
  callback: ((error: unknown, result?: Result) => void) | null | undefined,
  run: () => Promise<Result>,
  onUnhandled: (error: unknown) => void,
): Promise<Result> | undefined {
  if (callback === undefined || callback === null) return new WatchedPromise(run, onUnhandled);
  if (typeof callback !== 'function') throw notAFunction(callback);
  run().then(
    (result) => process.nextTick(callback, null, result),
    (error) => process.nextTick(callback, error || failureWithoutError(error)),
  );
  return undefined;
}

/** Prints an error that no code of the application can receive. */
export function printWarning(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : failureWithoutError(error));
}

/** A callback takes a falsy error for success, and a function of the application may `throw undefined`. */
function failureWithoutError(cause: unknown): Error {
  return new Error(
    `A function of the application threw ${describeValue(cause)} instead of an error.`,
    { cause },
  );
}

function notAFunction(callback: unknown): HoldfastError {
  if (isOfKoa(callback)) {
    return invalidArgument(
      'koa-session calls its store like this, but RedisStore is a store for express-session. For Koa, use SessionRepository from @holdfast/core/repository.',
    );
  }
  return invalidArgument(
    `The callback must be a function, or absent for a promise, but is ${describeValue(callback)}.`,
  );
}

/** koa-session passes the life of the session in milliseconds, or an object with Koa's context. */
function isOfKoa(callback: unknown): boolean {
  return typeof callback === 'number' || (isRecord(callback) && 'ctx' in callback);
}
