import { HoldfastError } from '../errors.ts';
import { describeValue, getProperty, hasMethods } from '../util/values.ts';

/** The Redis clients that Holdfast recognizes, and how to use each. */
const ADVICE = {
  'node-redis': 'wrap it with fromNodeRedis(client) from @holdfast/node-redis',
  ioredis: 'wrap it with fromIoredis(client) from @holdfast/ioredis',
  'redis-mock': 'wrap it with fromRedisMock(client) from @holdfast/redis-mock',
  'node-redis in legacy mode':
    'pass the client itself, not client.legacy(), and create it without legacyMode: true',
  'node_redis 3 or older':
    'upgrade the package redis to version 4 or newer, then wrap the client with fromNodeRedis(client) from @holdfast/node-redis',
} as const;

/** The name of a Redis client that Holdfast recognizes. */
export type ClientName = keyof typeof ADVICE;

/**
 * Recognizes a Redis client by its methods. Class names and `instanceof` fail as soon as two copies of a package are
 * installed.
 * @returns undefined for anything else, including a `RedisLike`.
 */
export function detectClient(client: unknown): ClientName | undefined {
  if (hasMethods(client, 'send_command') && !hasMethods(client, 'call')) {
    return hasMethods(client, 'internal_send_command') ? 'node_redis 3 or older' : 'redis-mock';
  }
  if (hasMethods(client, 'call') && typeof getProperty(client, 'isCluster') === 'boolean') {
    return 'ioredis';
  }
  if (!hasMethods(client, 'mGet', 'pExpire', 'sendCommand')) return undefined;
  return isLegacy(client) ? 'node-redis in legacy mode' : 'node-redis';
}

/** `client.legacy()` of 5 and 6 has no `isOpen`. Version 4 has the option `legacyMode` instead. */
function isLegacy(client: unknown): boolean {
  return (
    getProperty(client, 'isOpen') === undefined ||
    getProperty(getProperty(client, 'options'), 'legacyMode') === true
  );
}

/** Says how to use a client that Holdfast recognizes, in a sentence. */
export function adviceFor(name: ClientName): string {
  return `This is a client of ${name}: ${ADVICE[name]}.`;
}

/**
 * Checks that an adapter was given the client that it can wrap.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, which names the right adapter for a client that Holdfast recognizes.
 */
export function requireClient(client: unknown, expected: ClientName): void {
  const actual = detectClient(client);
  if (actual === expected) return;
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_CLIENT',
    actual === undefined
      ? `The argument client must be a client of ${expected}, but is ${describeValue(client)}.`
      : `The argument client must be a client of ${expected}. ${adviceFor(actual)}`,
  );
}
