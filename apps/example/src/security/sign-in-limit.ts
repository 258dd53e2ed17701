import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { sendMessage } from '../send-page.ts';

/**
 * Lets an address try to sign in so often only, against those who try one password after the other. Each process counts
 * by itself; in production, the package rate-limit-redis counts in Redis for all of them.
 */
export const signInLimit = (): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: 30,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler(_request, response) {
      const message = 'There were many sign-ins from your address. Please try again in a minute.';
      sendMessage(response, 429, 'Too many sign-ins', message);
    },
  });
