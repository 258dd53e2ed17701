import { GuardedRedis } from '../../../../../packages/core/src/redis/guarded-redis.ts';
import type { RedisLike } from '../../../../../packages/core/src/redis/redis-like.ts';

/** The default of Holdfast's option `timeoutMs`. */
export const TIMEOUT_MS = 2000;

/** Puts core's guard around a client that can only get. */
export function guarded(get: () => Promise<string>): GuardedRedis {
  const client: Partial<RedisLike> = { get };
  const settings = { client: client as RedisLike, timeoutMs: TIMEOUT_MS, prefix: 'sess:' };
  return new GuardedRedis(settings, () => {});
}
