import type { Machine } from './network.ts';
import { type RedisProcess, startRedisProcess } from './process.ts';
import { redisServerPath } from './redis-source.ts';

/**
 * Starts a redis-server that a test may break.
 * @param options of redis-server: `'--maxclients', '3'`.
 * @throws Error that says how to get a server, if there is none.
 */
export function startServer(...options: string[]): Promise<RedisProcess> {
  return startRedisProcess(redisServerPath(), () => options);
}

/** Does the same on another machine. */
export function startServerOn(machine: Machine, ...options: string[]): Promise<RedisProcess> {
  return startRedisProcess(redisServerPath(), () => options, machine);
}
