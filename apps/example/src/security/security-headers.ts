import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** What browsers may do with the pages: see the README of helmet for what it sets besides. */
export const securityHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    // Helmet's own rules allow styles within a page, and demand HTTPS, which `npm start` does not have.
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
  // With Helmet's own `no-referrer`, browsers hide the origin of a form, which `sameOrigin` looks at.
  referrerPolicy: { policy: 'same-origin' },
});
