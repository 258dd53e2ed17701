/** Older versions, as this repository's tests use them. */
declare module 'express-4' {
  import type express from 'express';

  const express4: typeof express;
  export = express4;
}

declare module 'express-session-1.17' {
  import type session from 'express-session';

  const session17: typeof session;
  export = session17;
}
