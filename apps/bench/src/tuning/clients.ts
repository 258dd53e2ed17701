import { RedisStore } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { type Open, onIoredis, onNodeRedis } from '../opened.ts';

/** A client without the settings that it is compared with. */
export const PLAIN = 'plain';

/** What the time limit of each operation costs shows without it. */
const NO_LIMIT = { timeoutMs: Number.POSITIVE_INFINITY };

/** The ways to give Holdfast a client, each plain and with one setting at a time. */
export const CLIENTS: Record<string, Record<string, Open>> = {
  'node-redis 6': {
    [PLAIN]: (url) => onNodeRedis(createClient({ url }), nodeRedisStore),
    '`timeoutMs: Infinity`': (url) =>
      onNodeRedis(createClient({ url }), (client) => nodeRedisStore(client, NO_LIMIT)),
    'pool of 1 to 100': (url) => onNodeRedis(createClientPool({ url }), nodeRedisStore),
    'pool of 4': (url) =>
      onNodeRedis(createClientPool({ url }, { minimum: 4, maximum: 4 }), nodeRedisStore),
  },
  'ioredis 5': {
    [PLAIN]: (url) => onIoredis(new Redis(url), ioredisStore),
    '`timeoutMs: Infinity`': (url) =>
      onIoredis(new Redis(url), (client) => ioredisStore(client, NO_LIMIT)),
    '`enableAutoPipelining`': (url) =>
      onIoredis(new Redis(url, { enableAutoPipelining: true }), ioredisStore),
  },
};

function nodeRedisStore(client: NodeRedisClient, options: { timeoutMs?: number } = {}): RedisStore {
  return new RedisStore({ client: fromNodeRedis(client), ...options });
}

function ioredisStore(client: IoredisClient, options: { timeoutMs?: number } = {}): RedisStore {
  return new RedisStore({ client: fromIoredis(client), ...options });
}
