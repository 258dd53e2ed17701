import type { ClientName } from '../session-store.ts';

/** What a process of the app works with. With workers, each gets it from the primary. */
export interface Settings {
  /** 0: any free one. */
  port: number;
  client: ClientName;
  /** redis-mock does not use it. */
  redisUrl: string;
  /** The process of the Redis that the app started for itself. Absent: it uses one that was there. */
  redisPid?: number;
  /** How many processes serve. */
  workers: number;
  /**
   * How many proxies stand in front of the app. Too few: the last of them seems to be the visitor, so that all have one
   * address, of which the limit of sign-ins soon tires, and over HTTPS the cookie is not `secure`. Too many: visitors can
   * claim any address by a header of their own.
   */
  trustProxy: number;
  /** What session cookies are signed with. */
  secret: string;
}
