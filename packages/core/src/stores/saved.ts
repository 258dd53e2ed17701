import type { Session } from 'express-session';
import { endedMeanwhile, invalidArgument } from '../errors.ts';
import { hasLostChanges } from '../util/session-saves.ts';

/**
 * Saves the session of a request now, in the middle of the request.
 * @returns a promise that resolves when the session is stored, and rejects with the error of the store.
 * @throws HoldfastError `ERR_HOLDFAST_ENDED` if another request has ended the session, `ERR_HOLDFAST_INVALID_ARGUMENT` if the
 *   request has no session; as a rejection.
 */
export function saved(request: {
  readonly session?: Pick<Session, 'save'> | undefined;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    const { session } = request;
    if (!session) throw invalidArgument('The request that saved was called with has no session.');
    session.save((error) => {
      if (error) reject(error);
      else if (hasLostChanges(session)) reject(endedMeanwhile());
      else resolve();
    });
  });
}
