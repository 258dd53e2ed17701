import type { RedisStore } from '@holdfast/core';
import type { RequestHandler } from 'express';
import session from 'express-session';

export const COOKIE_NAME = 'holdfast.sid';

/** How long a session lives after the last click. */
export const LIFE_MS: number = 30 * 60 * 1000;

/** express-session, as this app uses it. */
export function sessions(store: RedisStore, secret: string): RequestHandler {
  return session({
    store,
    secret,
    name: COOKIE_NAME,
    cookie: {
      // Scripts cannot read it, so that one that gets into a page cannot take it away.
      httpOnly: true,
      // Other sites' forms and frames do not send it; links from there do, so that one arrives signed in.
      sameSite: 'lax',
      // Over HTTPS it never travels in the clear. With `true`, `npm start` on plain HTTP would set none.
      secure: 'auto',
      maxAge: LIFE_MS,
    },
    // Each answer sets the cookie anew, so that the session ends half an hour after the last request, not the first.
    rolling: true,
    // Holdfast touches a session that did not change, which is enough.
    resave: false,
    // Whoever has done nothing yet needs no session, and no cookie.
    saveUninitialized: false,
  });
}
