import { ServerResponse } from 'node:http';
import type session from 'express-session';
import { invalidArgument } from '../errors.ts';
import { describeValue } from '../util/values.ts';
import { FinalSave } from './final-save.ts';
import { SessionEnd } from './session-end.ts';

/** The middleware that `session(options)` returns. */
type SessionMiddleware = ReturnType<typeof session>;

/**
 * Makes express-session save the session before the response is sent: `app.use(saveBeforeResponse(session({ … })))`. By
 * itself, it sends the headers first. Then a redirect can overtake the save, and a save that fails looks like a success.
 *
 * The response waits from `response.end`, which `send`, `json`, `redirect` and `render` call, or from the first chunk of a
 * stream that is piped to it, as `sendFile` does. express-session then decides whether to save, touch or destroy the
 * session, and no command more is sent. If that fails, the error goes to `next`, and the response that the application
 * wanted to send is discarded. A session that was not stored gets no cookie.
 *
 * A response that begins with `write` or `flushHeaders` does not wait: express-session saves at its end.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
 */
export function saveBeforeResponse(middleware: SessionMiddleware): SessionMiddleware {
  if (typeof middleware !== 'function') {
    throw invalidArgument(
      `saveBeforeResponse takes the middleware that session() of express-session returns, but got ${describeValue(middleware)}.`,
    );
  }
  return (request, response, next) => {
    // express-session ignores a request that has a session. Only responses of Node's own class can be held.
    if (request.session || !(response instanceof ServerResponse)) {
      return middleware(request, response, next);
    }
    const sessionEnd = new SessionEnd(response);
    let isFirst = true;
    middleware(request, response, (error?: unknown) => {
      if (sessionEnd.receive(error)) return;
      if (isFirst && !error && sessionEnd.take()) {
        new FinalSave(request, response, sessionEnd, next);
      }
      isFirst = false;
      next(error);
    });
  };
}
