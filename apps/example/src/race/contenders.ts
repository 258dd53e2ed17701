import { readFileSync } from 'node:fs';
import { type RedisLike, RedisStore } from '@holdfast/core';
import * as connectRedis from 'connect-redis';
import connectRedis6 from 'connect-redis-6';
import session, { type Store } from 'express-session';
import { createClient } from 'redis';
import redisMock from 'redis-mock';
import type { ClientName } from '../session-store.ts';
import type { ContenderName } from './events.ts';

/** A session store that takes part in the race. */
export interface Contender {
  name: ContenderName;
  /** The name for people, with the version of connect-redis. */
  title: string;
  store: Store;
  close(): void;
}

/**
 * Returns both contenders, on the same Redis server.
 * @param redis the Redis server of the app's own sessions. Holdfast races on its connection.
 */
export function raceContenders(
  client: ClientName,
  redisUrl: string,
  redis: RedisLike,
): Contender[] {
  return [
    holdfast(redis),
    client === 'redis-mock' ? connectRedisOnRedisMock() : connectRedisOnNodeRedis(redisUrl),
  ];
}

function holdfast(redis: RedisLike): Contender {
  return {
    name: 'holdfast',
    title: 'Holdfast',
    store: new RedisStore({ client: redis, prefix: 'race:holdfast:' }),
    close() {},
  };
}

const PREFIX = 'race:connect-redis:';

/** connect-redis 10 supports only node-redis, so it gets a client of its own, whatever client the app uses. */
function connectRedisOnNodeRedis(url: string): Contender {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: 1000,
    socket: { socketTimeout: 2000, reconnectStrategy: 500 },
  });
  // The client of the app logs outages already, and a race during an outage shows that it failed.
  client.on('error', () => {});
  client.connect().catch(() => {});
  return {
    name: 'connect-redis',
    title: `connect-redis ${versionIn('../package.json', 'connect-redis')}`,
    store: new connectRedis.RedisStore({ client, prefix: PREFIX }),
    close: () => client.destroy(),
  };
}

/** connect-redis 6 is the last version that supports redis-mock. */
function connectRedisOnRedisMock(): Contender {
  const RedisStore6 = connectRedis6(session);
  return {
    name: 'connect-redis',
    title: `connect-redis ${versionIn('package.json', 'connect-redis-6')}`,
    store: new RedisStore6({ client: redisMock.createClient(), prefix: PREFIX }),
    close() {},
  };
}

/** @param path the path of the package's `package.json`, relative to its main file. */
function versionIn(path: string, name: string): string {
  const manifest = readFileSync(new URL(path, import.meta.resolve(name)), 'utf8');
  return JSON.parse(manifest).version;
}
