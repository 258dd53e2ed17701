import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Limits what browsers do with the pages. The README of helmet lists the other headers that it sets. */
export const securityHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    // Helmet's defaults allow inline styles, and require HTTPS, which `npm start` does not have.
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
  // With Helmet's default `no-referrer`, browsers hide the origin of a form, which `sameOrigin` needs.
  referrerPolicy: { policy: 'same-origin' },
});
