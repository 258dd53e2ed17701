import type { Request, RequestHandler } from 'express';
import { sendMessage } from '../send-page.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses forms that a page of another site submits with the visitor's cookie (CSRF). The cookie's `sameSite: 'lax'`
 * stops most of them, but not those from other hosts of the same domain.
 *
 * The common alternative is a token in each form. It would need a session for visitors who only look.
 */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (SAFE_METHODS.includes(request.method) || isSameOrigin(request)) return next();
  sendMessage(response, 403, 'Refused', 'Another site sent this form.');
};

function isSameOrigin(request: Request): boolean {
  // A page cannot forge this header. Browsers send it over HTTPS and to localhost.
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  // A browser sends at least one of the two. Other programs carry no cookies of a visitor.
  if (origin === undefined) return true;
  // Behind a proxy that changes `Host`, Express reads the host from `X-Forwarded-Host` if `trust proxy` allows it.
  return URL.canParse(origin) && new URL(origin).host === request.host;
}
