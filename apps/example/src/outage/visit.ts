import type { RequestHandler } from 'express';
import { save } from '../session-steps.ts';

declare module 'express-session' {
  interface SessionData {
    /** When the outage page last sent a request, in milliseconds. */
    outageVisit?: number;
  }
}

/** An ordinary request, which reads its session and stores it. It has one from the first on. */
export const visit: RequestHandler = async ({ session }, response) => {
  session.began ??= Date.now();
  session.outageVisit = Date.now();
  await save(session);
  response.json({ visit: session.outageVisit });
};
