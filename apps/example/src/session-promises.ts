import type { RequestHandler } from 'express';
import type { Session } from 'express-session';

/** An error of the session store, which is its `cause`. */
export class SessionError extends Error {
  constructor(cause: unknown) {
    super('The session store failed', { cause });
  }
}

/** Gives the request an empty session under a new id, and deletes the old session. */
export const regenerate = (session: Session): Promise<void> =>
  promised((done) => session.regenerate(done));

/** Deletes the session. */
export const destroy = (session: Session): Promise<void> =>
  promised((done) => session.destroy(done));

/** Marks the errors of express-session, which passes on the errors of the store unchanged. */
export function markErrorsOf(sessions: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const marked = (error?: unknown) => next(error === undefined ? error : new SessionError(error));
    return sessions(request, response, marked);
  };
}

/** Marks the errors of a call to the store itself. */
export function withSessionErrors<Result>(call: Promise<Result>): Promise<Result> {
  return call.catch((error: unknown) => {
    throw new SessionError(error);
  });
}

function promised(start: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(new SessionError(error)) : resolve()));
  });
}
