import type { ClientName } from '../session-store.ts';

/** The settings of a process of the app. Workers get them from the primary process. */
export interface Settings {
  /** `0` picks any free port. */
  port: number;
  client: ClientName;
  /** redis-mock ignores it. */
  redisUrl: string;
  /** The process id of the Redis server that the app started. Absent if it uses another one. */
  redisPid?: number;
  /** The number of processes that serve. */
  workers: number;
  /**
   * The number of proxies in front of the app. If it is too low, the app takes a proxy for the visitor: all visitors
   * share one sign-in limit, and over HTTPS the cookie is not `secure`. If it is too high, visitors can choose their
   * address in a header.
   */
  trustProxy: number;
  /** Signs the session cookies. */
  secret: string;
}
