import { readFileSync } from 'node:fs';
import { type RedisLike, RedisStore } from '@holdfast/core';
import * as connectRedis from 'connect-redis';
import connectRedis6 from 'connect-redis-6';
import session, { type Store } from 'express-session';
import { createClient } from 'redis';
import redisMock from 'redis-mock';
import type { ClientName } from '../session-store.ts';
import type { SideName } from './events.ts';

/** One side of the race. */
export interface Side {
  side: SideName;
  /** What people call it, with its version where there are several. */
  title: string;
  store: Store;
  close(): void;
}

/**
 * Both sides of the race, on the same Redis.
 * @param redis what the app's own sessions are in; Holdfast races on this connection.
 */
export function raceSides(client: ClientName, redisUrl: string, redis: RedisLike): Side[] {
  return [holdfast(redis), client === 'redis-mock' ? onRedisMock() : onNodeRedis(redisUrl)];
}

function holdfast(redis: RedisLike): Side {
  return {
    side: 'holdfast',
    title: 'Holdfast',
    store: new RedisStore({ client: redis, prefix: 'race:holdfast:' }),
    close() {},
  };
}

const PREFIX = 'race:connect-redis:';

/** connect-redis 10 knows node-redis only, so that it gets a client of its own, whichever one the app has. */
function onNodeRedis(url: string): Side {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: 1000,
    socket: { socketTimeout: 2000, reconnectStrategy: 500 },
  });
  // The app says by itself when Redis is away, and a race then fails.
  client.on('error', () => {});
  client.connect().catch(() => {});
  return {
    side: 'connect-redis',
    title: `connect-redis ${versionIn('../package.json', 'connect-redis')}`,
    store: new connectRedis.RedisStore({ client, prefix: PREFIX }),
    close: () => client.destroy(),
  };
}

/** The last connect-redis that can use redis-mock. */
function onRedisMock(): Side {
  const RedisStore6 = connectRedis6(session);
  return {
    side: 'connect-redis',
    title: `connect-redis ${versionIn('package.json', 'connect-redis-6')}`,
    store: new RedisStore6({ client: redisMock.createClient(), prefix: PREFIX }),
    close() {},
  };
}

/** @param path where a package has its `package.json`, as seen from its main file. */
function versionIn(path: string, name: string): string {
  const manifest = readFileSync(new URL(path, import.meta.resolve(name)), 'utf8');
  return JSON.parse(manifest).version;
}
