import { CannotStart } from './cannot-start.ts';
import { isRedisUrl, withoutSecrets } from './redis-url.ts';
import { type ClientName, connect } from './session-store.ts';
import type { Settings } from './settings.ts';

/** @throws CannotStart for a value that is not accepted. A variable that is empty counts as not set. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    port: env.PORT ? portFrom(env.PORT) : 3000,
    client: env.HOLDFAST_CLIENT
      ? clientFrom(env.HOLDFAST_CLIENT)
      : env.REDIS_URL
        ? 'node-redis'
        : 'redis-mock',
    redisUrl: env.REDIS_URL ? redisUrlFrom(env.REDIS_URL) : 'redis://localhost:6379',
    workers: 1,
    trustProxy: 0,
    secret: env.SESSION_SECRET ?? '',
  };
}

function portFrom(given: string): number {
  if (/^\d{1,5}$/.test(given) && Number(given) <= 65_535) return Number(given);
  throw refused('PORT', given, 'a number from 0 to 65535');
}

function clientFrom(given: string): ClientName {
  if (isClientName(given)) return given;
  throw refused('HOLDFAST_CLIENT', given, Object.keys(connect).join(', '));
}

function isClientName(name: string): name is ClientName {
  return Object.hasOwn(connect, name);
}

function redisUrlFrom(given: string): string {
  if (isRedisUrl(given)) return given;
  const accepted = 'redis://… or rediss://…, with a host and perhaps a database number';
  throw refused('REDIS_URL', withoutSecrets(given), accepted);
}

function refused(variable: string, given: string, accepted: string): CannotStart {
  return new CannotStart(`${variable} is ${JSON.stringify(given)}. Accepted: ${accepted}.`);
}
