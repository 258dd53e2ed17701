import { RedisStore } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { type OpenStore, openOnIoredis, openOnNodeRedis } from '../../stores/opened-store.ts';

/** A client without the settings that the others have. */
export const PLAIN = 'plain';

/** Shows what the time limit of each operation costs. */
const NO_LIMIT = { timeoutMs: Number.POSITIVE_INFINITY };

/** Opens Holdfast on each client, plain and with one setting at a time. */
export const SETTINGS: Record<string, Record<string, OpenStore>> = {
  'node-redis 6': {
    [PLAIN]: (url) => openOnNodeRedis(createClient({ url }), nodeRedisStore),
    '`timeoutMs: Infinity`': (url) =>
      openOnNodeRedis(createClient({ url }), (client) => nodeRedisStore(client, NO_LIMIT)),
    'pool of 1 to 100': (url) => openOnNodeRedis(createClientPool({ url }), nodeRedisStore),
    'pool of 4': (url) =>
      openOnNodeRedis(createClientPool({ url }, { minimum: 4, maximum: 4 }), nodeRedisStore),
  },
  'ioredis 5': {
    [PLAIN]: (url) => openOnIoredis(new Redis(url), ioredisStore),
    '`timeoutMs: Infinity`': (url) =>
      openOnIoredis(new Redis(url), (client) => ioredisStore(client, NO_LIMIT)),
    '`enableAutoPipelining`': (url) =>
      openOnIoredis(new Redis(url, { enableAutoPipelining: true }), ioredisStore),
  },
};

function nodeRedisStore(client: NodeRedisClient, options: { timeoutMs?: number } = {}): RedisStore {
  return new RedisStore({ client: fromNodeRedis(client), ...options });
}

function ioredisStore(client: IoredisClient, options: { timeoutMs?: number } = {}): RedisStore {
  return new RedisStore({ client: fromIoredis(client), ...options });
}
