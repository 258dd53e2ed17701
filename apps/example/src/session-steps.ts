import type { Session } from 'express-session';

/** The session store could not do what a request needed; `cause` is its error. */
export class SessionFailure extends Error {
  constructor(cause: unknown) {
    super('The session store failed', { cause });
  }
}

/** Gives the request a new and empty session under a new id, and removes the one that it had. */
export const regenerate = (session: Session): Promise<void> =>
  step((done) => session.regenerate(done));

/**
 * Stores the session now. express-session does so at the end of a response, but a browser can follow a redirect
 * before that.
 */
export const save = (session: Session): Promise<void> => step((done) => session.save(done));

/** Removes the session. */
export const destroy = (session: Session): Promise<void> => step((done) => session.destroy(done));

/** What the store answers when it is asked by itself, for other sessions than the request's. */
export function stored<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((error: unknown) => {
    throw new SessionFailure(error);
  });
}

function step(start: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(new SessionFailure(error)) : resolve()));
  });
}
