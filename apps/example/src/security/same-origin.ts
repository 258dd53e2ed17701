import type { Request, RequestHandler } from 'express';
import { sendMessage } from '../send-page.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses forms that another site made a browser send, with the cookie that it has for this one (CSRF). The cookie's
 * `sameSite: 'lax'` keeps it from most of them already, but not from other hosts of the same domain.
 *
 * The usual other way is a token in each form. It would need a session for whoever only looks.
 */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (READING.includes(request.method) || isOwn(request)) return next();
  sendMessage(response, 403, 'Refused', 'This form was sent from another site.');
};

function isOwn(request: Request): boolean {
  // A page cannot forge it. Browsers send it over HTTPS and to localhost.
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  // Neither: it is no browser, and so carries nobody's cookies but its own.
  if (origin === undefined) return true;
  // Behind a proxy that changes `Host`, Express takes the host from `X-Forwarded-Host`, where `trust proxy` allows it.
  return URL.canParse(origin) && new URL(origin).host === request.host;
}
