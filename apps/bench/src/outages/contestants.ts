import { RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore8 } from 'connect-redis-8';
import { RedisStore as ConnectRedisStore10 } from 'connect-redis-10';
import type { Store } from 'express-session';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { RECOMMENDED_OPTIONS } from './recommended.ts';

/** A store, its client, and the client's settings. */
export interface Contestant {
  store: 'Holdfast' | 'connect-redis 8' | 'connect-redis 10';
  client: 'node-redis 6' | 'ioredis 5';
  settings: string;
  open(url: string): Promise<Store>;
}

const NODE_REDIS = RECOMMENDED_OPTIONS['node-redis']['one server'];
const IOREDIS = RECOMMENDED_OPTIONS.ioredis['one server'];

async function nodeRedis(url: string, settings: object) {
  // Without a listener, an error would end the process.
  const client = createClient({ url, ...settings }).on('error', () => {});
  return client.connect();
}

async function ioredis(url: string, settings: object) {
  const client = new Redis(url, { lazyConnect: true, ...settings }).on('error', () => {});
  await client.connect();
  return client;
}

function onEachClient(
  settings: string,
  forNodeRedis: object = {},
  forIoredis: object = {},
): Contestant[] {
  return [
    {
      store: 'connect-redis 10',
      client: 'node-redis 6',
      settings,
      open: async (url) => new ConnectRedisStore10({ client: await nodeRedis(url, forNodeRedis) }),
    },
    {
      store: 'Holdfast',
      client: 'node-redis 6',
      settings,
      open: async (url) =>
        new RedisStore({ client: fromNodeRedis(await nodeRedis(url, forNodeRedis)) }),
    },
    {
      store: 'connect-redis 8',
      client: 'ioredis 5',
      settings,
      open: async (url) => new ConnectRedisStore8({ client: await ioredis(url, forIoredis) }),
    },
    {
      store: 'Holdfast',
      client: 'ioredis 5',
      settings,
      open: async (url) => new RedisStore({ client: fromIoredis(await ioredis(url, forIoredis)) }),
    },
  ];
}

/** The packages that an application with a contestant's store uses. */
export const PACKAGES: readonly string[] = [
  'connect-redis-10',
  'connect-redis-8',
  'express',
  'express-session',
  'ioredis',
  'redis',
];

export const CONTESTANTS: Contestant[] = [
  {
    store: 'connect-redis 10',
    client: 'node-redis 6',
    settings: 'as in its README',
    async open(url) {
      const client = createClient({ url });
      client.connect().catch(console.error);
      return new ConnectRedisStore10({ client });
    },
  },
  ...onEachClient('default'),
  ...onEachClient('recommended', NODE_REDIS, IOREDIS),
  {
    store: 'Holdfast',
    client: 'node-redis 6',
    settings: 'recommended, `onOutage: "skip"`',
    open: async (url) =>
      new RedisStore({ client: fromNodeRedis(await nodeRedis(url, NODE_REDIS)), onOutage: 'skip' }),
  },
];

/** Holdfast on each client, with the recommended settings. */
export const RECOMMENDED: Contestant[] = CONTESTANTS.filter(
  ({ store, settings }) => store === 'Holdfast' && settings === 'recommended',
);

export function nameOf({ store, client, settings }: Contestant): string {
  return [store, client, settings].join(', ');
}
