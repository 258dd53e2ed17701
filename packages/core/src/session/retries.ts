import { HoldfastError } from '../errors.ts';
import { clock } from '../util/clock.ts';

/** How often a write is attempted while other processes keep changing the session. */
export const MAX_TRIES = 50;

const MAX_PAUSE_MS = 50;

/** Lets other writers finish, for longer the more attempts have failed. */
export function pauseAfter(tries: number): Promise<void> {
  return clock.sleep(Math.random() * Math.min(2 ** tries, MAX_PAUSE_MS));
}

export function conflictError(handle: string): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_CONFLICT',
    `The session with the handle ${handle} was not saved: another process changed it during each of ${MAX_TRIES} attempts.`,
    { handle },
  );
}
