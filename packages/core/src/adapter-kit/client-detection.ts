import { HoldfastError } from '../errors.ts';
import { REDIS_LIKE_METHODS, type RedisLike } from '../redis/redis-like.ts';
import { describeValue, getProperty, hasMethods, isThenable } from '../util/values.ts';

const NO_ADAPTER =
  'Holdfast has no adapter for it, and docs/writing-an-adapter.md shows how to write one';

/** The name of a Redis client that Holdfast recognizes. */
export type ClientName =
  | 'node-redis'
  | 'ioredis'
  | 'redis-mock'
  | 'node-redis in legacy mode'
  | 'node_redis 3 or older'
  | 'ioredis-mock'
  | 'valkey-glide'
  | '@upstash/redis';

/** How to use each. */
const ADVICE: Record<ClientName, string> = {
  'node-redis': 'wrap it with fromNodeRedis(client) from @holdfast/node-redis',
  ioredis: 'wrap it with fromIoredis(client) from @holdfast/ioredis',
  'redis-mock': 'wrap it with fromRedisMock(client) from @holdfast/redis-mock',
  'node-redis in legacy mode':
    'pass the client itself, not client.legacy(), and create it without legacyMode: true',
  'node_redis 3 or older':
    'upgrade the package redis to version 4 or newer, then wrap the client with fromNodeRedis(client) from @holdfast/node-redis',
  'ioredis-mock':
    'for tests, use redis-mock instead, wrapped with fromRedisMock(client) from @holdfast/redis-mock',
  'valkey-glide': NO_ADAPTER,
  '@upstash/redis': NO_ADAPTER,
};

/** What an adapter wraps, and how an application calls it. */
const CALLS: Partial<Record<ClientName, string>> = {
  'node-redis': 'fromNodeRedis(client)',
  ioredis: 'fromIoredis(client)',
  'redis-mock': 'fromRedisMock(client)',
};

/**
 * Recognizes a Redis client by its methods. Class names and `instanceof` fail as soon as two copies of a package are
 * installed.
 * @returns undefined for anything else, including a `RedisLike`, and a pipeline or transaction of a client.
 */
export function detectClient(client: unknown): ClientName | undefined {
  if (isBatch(client)) return undefined;
  if (hasMethods(client, 'send_command') && !hasMethods(client, 'call')) {
    return hasMethods(client, 'internal_send_command') ? 'node_redis 3 or older' : 'redis-mock';
  }
  if (hasMethods(client, 'call') && typeof getProperty(client, 'isCluster') === 'boolean') {
    return 'ioredis';
  }
  if (hasMethods(client, 'customCommand', 'invokeScript')) return 'valkey-glide';
  if (hasMethods(client, 'pipeline', 'createScript')) return '@upstash/redis';
  if (hasMethods(client, 'pipeline', 'duplicate', 'connect', 'mget')) return 'ioredis-mock';
  if (!hasMethods(client, 'mGet', 'pExpire', 'sendCommand')) return undefined;
  return isLegacy(client) ? 'node-redis in legacy mode' : 'node-redis';
}

/** Returns whether a value is what `multi()` or `pipeline()` of a client returns. It can have all methods of the client. */
function isBatch(client: unknown): boolean {
  return (
    hasMethods(client, 'exec', 'get') &&
    !hasMethods(client, 'duplicate') &&
    !hasMethods(client, 'pipeline') &&
    !hasMethods(client, 'invokeScript')
  );
}

/** `client.legacy()` of 5 and 6 has no `isOpen`. Version 4 has the option `legacyMode` instead. */
function isLegacy(client: unknown): boolean {
  return (
    getProperty(client, 'isOpen') === undefined ||
    getProperty(getProperty(client, 'options'), 'legacyMode') === true
  );
}

/** Returns whether a value is what an adapter returns. */
export function isRedisLike(value: unknown): value is RedisLike {
  return detectClient(value) === undefined && hasMethods(value, ...REDIS_LIKE_METHODS);
}

/** Returns whether a package of Holdfast's wraps this client. */
export function hasAdapter(client: unknown): boolean {
  const name = detectClient(client);
  return name !== undefined && CALLS[name] !== undefined;
}

/** Returns how an application wraps a client, as in `fromNodeRedis(client)`. An example if there is no adapter for it. */
export function wrappingCall(client?: unknown): string {
  return CALLS[detectClient(client) ?? 'node-redis'] ?? 'fromNodeRedis(client)';
}

/** Describes what was given in place of a wrapped client, as in "… but is …". */
export function describeClient(client: unknown): string {
  if (detectClient(client) !== undefined) return 'the Redis client itself';
  return isBatch(client) ? 'a pipeline or transaction' : describeValue(client);
}

/** Says in a sentence how to use what was given in place of a client. An empty text if that is not known. */
export function adviceFor(client: unknown): string {
  const name = detectClient(client);
  if (name !== undefined) return `This is a client of ${name}: ${ADVICE[name]}.`;
  if (isBatch(client)) return 'Pass the client that has created it.';
  if (isThenable(client)) return 'Await it: pass the client that it resolves to.';
  return '';
}

/**
 * Checks that an adapter was given the client that it can wrap.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, which names the right adapter for a client that Holdfast recognizes.
 */
export function requireClient(client: unknown, expected: ClientName): void {
  const actual = detectClient(client);
  if (actual === expected) return;
  const required = `The argument client must be a client of ${expected}`;
  if (isRedisLike(client))
    throw invalidClient(`${required}, but is wrapped already. Pass it to the store.`);
  throw invalidClient(
    actual === undefined
      ? `${required}, but is ${describeClient(client)}. ${adviceFor(client)}`
      : `${required}. ${adviceFor(client)}`,
  );
}

export function invalidClient(message: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_INVALID_CLIENT', message.trimEnd());
}
