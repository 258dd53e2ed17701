/** connect-redis 6 brings no types. */
declare module 'connect-redis-6' {
  import type expressSession from 'express-session';
  import type { SessionStore, StoreOptions } from './session-stores.ts';

  function connectRedis(
    session: typeof expressSession,
  ): new (
    options: StoreOptions & { client: unknown },
  ) => SessionStore;
  export = connectRedis;
}
