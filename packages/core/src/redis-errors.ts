import { HoldfastError } from './errors.ts';

/** What a server answers that is there and cannot serve yet, or not any more. */
const AWAY = ['LOADING', 'MASTERDOWN', 'CLUSTERDOWN'];

/** How the errors of a server begin: with a word in capitals. A client's own errors do not. */
const REPLY = /^([A-Z]+) /;

/** Says so where a client's error means that Redis is away; else answers the error as it is. */
export function asAway(error: unknown): unknown {
  let message = '';
  try {
    if (error instanceof HoldfastError) return error;
    if (error instanceof Error) message = String(error.message);
  } catch {
    // A client can reject with anything, also with what cannot be looked at.
  }
  const reply = REPLY.exec(message)?.[1];
  if (reply !== undefined && !AWAY.includes(reply)) return error;
  return new HoldfastError(
    'ERR_HOLDFAST_UNAVAILABLE',
    `Redis cannot be asked: ${message || 'the client says no more'}. Look whether it is up and can be reached, and whether the client is connected.`,
    { cause: error },
  );
}
