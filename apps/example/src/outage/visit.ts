import type { RequestHandler } from 'express';

declare module 'express-session' {
  interface SessionData {
    /** When the outage page last sent a request, in milliseconds since 1970. */
    outageVisit?: number;
  }
}

/** Handles a typical request, which loads and saves its session. The first one creates the session. */
export const visit: RequestHandler = ({ session }, response) => {
  session.startedAt ??= Date.now();
  session.outageVisit = Date.now();
  response.json({ visit: session.outageVisit });
};
