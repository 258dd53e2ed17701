import { type RedisProcess, startRedisProcess } from './process.ts';
import { redisServerPath } from './way.ts';

/**
 * Starts a redis-server that a test may break as it likes.
 * @param options of redis-server: `'--maxclients', '3'`.
 * @throws Error where there is no redis-server on PATH, whatever the way to a single Redis.
 */
export function startServer(...options: string[]): Promise<RedisProcess> {
  return startRedisProcess(redisServerPath(), () => options);
}
