/** connect-redis 6 has no types of its own. */
declare module 'connect-redis-6' {
  import type expressSession from 'express-session';
  import type { RedisClient } from 'redis-mock';

  function connectRedis(
    session: typeof expressSession,
  ): new (options: {
    client: RedisClient;
    prefix: string;
  }) => expressSession.Store;
  export = connectRedis;
}
