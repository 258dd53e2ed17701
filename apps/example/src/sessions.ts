import type { RedisStore } from '@holdfast/core';
import { saveBeforeResponse } from '@holdfast/core/express';
import type { RequestHandler } from 'express';
import session from 'express-session';
import { markErrorsOf } from './session-promises.ts';

export const COOKIE_NAME = 'holdfast.sid';

/** How long a session lasts after the last request. */
export const SESSION_TTL_MS: number = 30 * 60 * 1000;

/** Returns express-session with the options of this app. It saves each session before the response is sent. */
export function sessions(store: RedisStore, secret: string): RequestHandler {
  const middleware = session({
    store,
    secret,
    name: COOKIE_NAME,
    cookie: {
      // Scripts cannot read the cookie, so an injected script cannot steal it.
      httpOnly: true,
      // Forms and frames of other sites do not send the cookie. Links do, so a visitor who follows one stays signed in.
      sameSite: 'lax',
      // Over HTTPS, the cookie never travels in the clear. With `true`, there would be no cookie on plain HTTP, which
      // `npm start` uses.
      secure: 'auto',
      maxAge: SESSION_TTL_MS,
    },
    // Each response renews the cookie, so the session ends half an hour after the last request, not after the first.
    rolling: true,
    // Holdfast touches an unchanged session, which renews its TTL without writing it.
    resave: false,
    // A visitor who only looks gets no session and no cookie.
    saveUninitialized: false,
  });
  // Otherwise a browser could follow a redirect before the session is saved, and a save that fails would look like a success.
  return markErrorsOf(saveBeforeResponse(middleware));
}
