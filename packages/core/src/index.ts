import type { EndReason } from './session/end-markers.ts';

export * from './repository.ts';
export { type Callback, RedisStore, type SessionWithId } from './stores/redis-store.ts';

declare global {
  namespace Express {
    interface Request {
      /**
       * Why the session of this request was ended before the request came, for `rememberEnded` seconds. Undefined if it was
       * not. The request has an empty session.
       */
      sessionEnded?: EndReason | undefined;
    }
  }
}
