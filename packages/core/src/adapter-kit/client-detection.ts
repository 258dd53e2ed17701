import { HoldfastError } from '../errors.ts';
import { hasMethods, property, shown } from '../util/values.ts';

/** The Redis clients that Holdfast can tell apart, and what to do with each. */
const ADVICE = {
  'node-redis': 'wrap it with fromNodeRedis(client) of the package @holdfast/node-redis',
  ioredis: 'wrap it with fromIoredis(client) of the package @holdfast/ioredis',
  'redis-mock': 'wrap it with fromRedisMock(client) of the package @holdfast/redis-mock',
  'node-redis in legacy mode':
    'give the client itself, not client.legacy() and not one made with legacyMode: true',
  'node_redis 3 or older':
    'upgrade the package redis to version 4 or newer, then wrap it with fromNodeRedis(client) of the package @holdfast/node-redis',
} as const;

/** The name of a Redis client that Holdfast can recognise. */
export type RawClientName = keyof typeof ADVICE;

/**
 * Recognises a raw Redis client by its methods; constructor names and `instanceof` fail as soon as two copies
 * of a package are installed.
 * @returns undefined for anything else, a `RedisLike` included.
 */
export function rawClientName(client: unknown): RawClientName | undefined {
  if (hasMethods(client, 'send_command') && !hasMethods(client, 'call')) {
    return hasMethods(client, 'internal_send_command') ? 'node_redis 3 or older' : 'redis-mock';
  }
  if (hasMethods(client, 'call') && typeof property(client, 'isCluster') === 'boolean') {
    return 'ioredis';
  }
  if (!hasMethods(client, 'mGet', 'pExpire', 'sendCommand')) return undefined;
  return isLegacy(client) ? 'node-redis in legacy mode' : 'node-redis';
}

/** `client.legacy()` of 5 and 6 has no `isOpen`; 4 takes `legacyMode: true` instead. */
function isLegacy(client: unknown): boolean {
  return (
    property(client, 'isOpen') === undefined ||
    property(property(client, 'options'), 'legacyMode') === true
  );
}

/** The sentence that tells what to do with a client that Holdfast recognised. */
export function adviceFor(name: RawClientName): string {
  return `This is a client of ${name}: ${ADVICE[name]}.`;
}

/**
 * What an adapter asks first: is this a client that it can wrap?
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, naming the adapter to use where the client is one that
 *   Holdfast knows.
 */
export function requireRawClient(client: unknown, expected: RawClientName): void {
  const actual = rawClientName(client);
  if (actual === expected) return;
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_CLIENT',
    actual === undefined
      ? `The argument client must be a client of ${expected}, and ${shown(client)} is not one.`
      : `The argument client must be a client of ${expected}. ${adviceFor(actual)}`,
  );
}
