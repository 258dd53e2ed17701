import { RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore8 } from 'connect-redis-8';
import { RedisStore as ConnectRedisStore10 } from 'connect-redis-10';
import session, { MemoryStore, type Store } from 'express-session';
import { Redis } from 'ioredis';
import createMemoryStore from 'memorystore';
import { createClient } from 'redis';
import {
  type OpenedStore,
  type OpenStore,
  openOnIoredis,
  openOnNodeRedis,
} from '../../stores/opened-store.ts';
import { BareStore } from './bare-store.ts';

/** A store and its client. */
export type Contestant =
  | 'Holdfast, node-redis 6'
  | 'connect-redis 10, node-redis 6'
  | 'bare node-redis 6'
  | 'bare node-redis 6, no timer'
  | 'Holdfast, ioredis 5'
  | 'connect-redis 8, ioredis 5'
  | 'bare ioredis 5'
  | 'memorystore'
  | 'MemoryStore';

/** Turns off the timer of five seconds that node-redis 6 sets for every command. Its types do not allow this. */
const NO_TIMER: object = { timeout: undefined };

/** Opens each store and client with default options, unless the name says otherwise. */
export const OPEN: Record<Contestant, OpenStore> = {
  'Holdfast, node-redis 6': (url) =>
    openOnNodeRedis(
      createClient({ url }),
      (client) => new RedisStore({ client: fromNodeRedis(client) }),
    ),
  'connect-redis 10, node-redis 6': (url) =>
    openOnNodeRedis(createClient({ url }), (client) => new ConnectRedisStore10({ client })),
  'bare node-redis 6': (url) => openOnNodeRedis(createClient({ url }), bareNodeRedis),
  'bare node-redis 6, no timer': (url) =>
    openOnNodeRedis(createClient({ url }), (client) =>
      bareNodeRedis(client.withCommandOptions(NO_TIMER)),
    ),
  'Holdfast, ioredis 5': (url) =>
    openOnIoredis(new Redis(url), (client) => new RedisStore({ client: fromIoredis(client) })),
  'connect-redis 8, ioredis 5': (url) =>
    openOnIoredis(new Redis(url), (client) => new ConnectRedisStore8({ client })),
  'bare ioredis 5': (url) => openOnIoredis(new Redis(url), bareIoredis),
  memorystore: async () => inMemory(new (createMemoryStore(session))({})),
  MemoryStore: async () => inMemory(new MemoryStore()),
};

export const CONTESTANTS: Contestant[] = Object.keys(OPEN).filter(isContestant);

/** The contestants that do not use Redis. */
export const IN_MEMORY: readonly string[] = ['memorystore', 'MemoryStore'] satisfies Contestant[];

export function isContestant(name: string): name is Contestant {
  return Object.hasOwn(OPEN, name);
}

type NodeRedis = ReturnType<typeof createClient>;

function inMemory(store: Store): OpenedStore {
  return { store, close: () => {} };
}

function bareNodeRedis(client: Pick<NodeRedis, 'get' | 'set' | 'del'>): BareStore {
  return new BareStore({
    get: (key) => client.get(key),
    setWithTtl: (key, text, seconds) => client.set(key, text, { EX: seconds }),
    del: (key) => client.del(key),
  });
}

function bareIoredis(client: Redis): BareStore {
  return new BareStore({
    get: (key) => client.get(key),
    setWithTtl: (key, text, seconds) => client.set(key, text, 'EX', seconds),
    del: (key) => client.del(key),
  });
}
