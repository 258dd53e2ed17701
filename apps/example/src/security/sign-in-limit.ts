import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { sendMessage } from '../send-page.ts';

/**
 * Limits how often an address can try to sign in, which slows down attackers who guess passwords. Each process counts on
 * its own. In production, the package rate-limit-redis counts in Redis for all processes.
 */
export const signInLimit = (): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: 30,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler(_request, response) {
      const message = 'Your address has tried to sign in too often. Please try again in a minute.';
      sendMessage(response, 429, 'Too many sign-ins', message);
    },
  });
