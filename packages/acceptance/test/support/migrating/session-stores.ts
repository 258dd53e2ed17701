import { RedisStore, type SessionWithId } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import connectRedis6 from 'connect-redis-6';
import * as connectRedis8 from 'connect-redis-8';
import * as connectRedis10 from 'connect-redis-10';
import session, { type Store } from 'express-session';
import { Redis } from 'ioredis';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';

/** What Holdfast and every version of connect-redis have in common, with callbacks. */
export type SessionStore = Store &
  Required<Pick<Store, 'length' | 'clear' | 'touch'>> & {
    all(callback: (error: unknown, all?: SessionWithId[]) => void): void;
    ids(callback: (error: unknown, ids?: string[]) => void): void;
  };

/** The options that mean the same in Holdfast and in connect-redis. */
export interface StoreOptions {
  prefix?: string;
  ttl?: number;
  disableTouch?: boolean;
  disableTTL?: boolean;
}

/** Makes session stores on one client of the Redis at a URL. */
export interface StoreMaker {
  store(options: StoreOptions): SessionStore;
  close(): Promise<unknown>;
}

type OpenStoreMaker = (url: string) => Promise<StoreMaker>;

/** Versions of connect-redis, each on the clients that it supports. */
export const connectRedis: Record<string, OpenStoreMaker> = {
  'connect-redis 6.1 on node-redis 4': async (url) => {
    const RedisStore6 = connectRedis6(session);
    const client = redis4.createClient({ url, legacyMode: true });
    await client.connect();
    return {
      store: (options) => new RedisStore6({ client, ...options }),
      close: () => client.disconnect(),
    };
  },
  'connect-redis 6.1 on ioredis 5': async (url) => {
    const RedisStore6 = connectRedis6(session);
    const client = new Redis(url);
    return {
      store: (options) => new RedisStore6({ client, ...options }),
      close: () => client.quit(),
    };
  },
  'connect-redis 8.1 on node-redis 4': async (url) => {
    const client = redis4.createClient({ url });
    await client.connect();
    return {
      store: (options) => new connectRedis8.RedisStore({ client, ...options }),
      close: () => client.disconnect(),
    };
  },
  'connect-redis 8.1 on ioredis 5': async (url) => {
    const client = new Redis(url);
    return {
      store: (options) => new connectRedis8.RedisStore({ client, ...options }),
      close: () => client.quit(),
    };
  },
  'connect-redis 10 on node-redis 6': async (url) => {
    const client = redis6.createClient({ url });
    await client.connect();
    return {
      store: (options) => new connectRedis10.RedisStore({ client, ...options }),
      close: () => client.close(),
    };
  },
};

/** Holdfast on the two clients that users of connect-redis have. */
export const holdfast: Record<string, OpenStoreMaker> = {
  'Holdfast on node-redis 6': async (url) => {
    const client = redis6.createClient({ url });
    await client.connect();
    return {
      store: (options) => new RedisStore({ client: fromNodeRedis(client), ...options }),
      close: () => client.close(),
    };
  },
  'Holdfast on ioredis 5': async (url) => {
    const client = new Redis(url);
    return {
      store: (options) => new RedisStore({ client: fromIoredis(client), ...options }),
      close: () => client.quit(),
    };
  },
};
