import { readFileSync } from 'node:fs';
import { type RedisLike, RedisStore, sum } from '@holdfast/core';
import session, { type Store } from 'express-session';
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
export async function raceContenders(
  client: ClientName,
  redisUrl: string,
  redis: RedisLike,
): Promise<Contender[]> {
  const rival = client === 'redis-mock' ? onRedisMock() : onNodeRedis(redisUrl);
  return [holdfast(redis), await rival];
}

function holdfast(redis: RedisLike): Contender {
  return {
    name: 'holdfast',
    title: 'Holdfast',
    store: new RedisStore({ client: redis, prefix: 'race:holdfast:', conflicts: { count: sum } }),
    close() {},
  };
}

const PREFIX = 'race:connect-redis:';

/** connect-redis 10 supports only node-redis, so it gets a client of its own, whatever client the app uses. */
async function onNodeRedis(url: string): Promise<Contender> {
  const [{ RedisStore }, { createClient }] = await Promise.all([
    import('connect-redis'),
    import('redis'),
  ]);
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
    store: new RedisStore({ client, prefix: PREFIX }),
    close: () => client.destroy(),
  };
}

/** connect-redis 6 is the last version that supports redis-mock. */
async function onRedisMock(): Promise<Contender> {
  const [{ default: connectRedis }, { default: redisMock }] = await Promise.all([
    import('connect-redis-6'),
    import('redis-mock'),
  ]);
  const RedisStore6 = connectRedis(session);
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
