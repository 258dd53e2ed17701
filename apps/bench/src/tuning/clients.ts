import { RedisStore } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { type Open, onIoredis, onNodeRedis } from '../opened.ts';

/** A client without the settings that it is compared with. */
export const PLAIN = 'plain';

/** The ways to give Holdfast a client, each plain and with one setting at a time. */
export const CLIENTS: Record<string, Record<string, Open>> = {
  'node-redis 6': {
    [PLAIN]: (url) => onNodeRedis(createClient({ url }), nodeRedisStore),
    'pool of 1 to 100': (url) => onNodeRedis(createClientPool({ url }), nodeRedisStore),
    'pool of 4': (url) =>
      onNodeRedis(createClientPool({ url }, { minimum: 4, maximum: 4 }), nodeRedisStore),
  },
  'ioredis 5': {
    [PLAIN]: (url) => onIoredis(new Redis(url), ioredisStore),
    '`enableAutoPipelining`': (url) =>
      onIoredis(new Redis(url, { enableAutoPipelining: true }), ioredisStore),
  },
};

function nodeRedisStore(client: NodeRedisClient): RedisStore {
  return new RedisStore({ client: fromNodeRedis(client) });
}

function ioredisStore(client: IoredisClient): RedisStore {
  return new RedisStore({ client: fromIoredis(client) });
}
