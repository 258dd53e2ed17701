import { type RedisLike, RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { fromRedisMock } from '@holdfast/redis-mock';

export type ClientName = 'node-redis' | 'ioredis' | 'redis-mock';

/** The store, and what the health check uses. */
export interface Connection {
  store: RedisStore;
  redis: RedisLike;
  close(): void;
}

/** @param onError listens to the connection. node-redis ends the process at an `error` event that has no listener. */
type Connect = (url: string, onError: (error: Error) => void) => Promise<Connection>;

/**
 * Joins client, adapter and store, for each client. During an outage, a request fails instead of waiting: at once if the
 * connection is closed, and within three seconds if the server does not respond.
 *
 * Your application has one client, and imports it at the top. This one loads only the client that it uses.
 */
export const connect: Record<ClientName, Connect> = {
  async 'node-redis'(url, onError) {
    const { createClient } = await import('redis');
    const client = createClient({
      url,
      disableOfflineQueue: true,
      pingInterval: 1000,
      socket: {
        connectTimeout: 2000,
        socketTimeout: 2000,
        reconnectStrategy: (retries) => Math.min(retries * 100, 1000),
      },
    });
    client.on('error', onError);
    await client.connect();
    return connection(fromNodeRedis(client), () => client.destroy());
  },

  async ioredis(url, onError) {
    const { Redis } = await import('ioredis');
    const client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2000,
      connectTimeout: 2000,
      socketTimeout: 2000,
    });
    client.on('error', onError);
    await client.connect();
    return connection(fromIoredis(client), () => client.disconnect());
  },

  async 'redis-mock'() {
    const { default: redisMock } = await import('redis-mock');
    return connection(fromRedisMock(redisMock.createClient()), () => {});
  },
};

function connection(redis: RedisLike, close: () => void): Connection {
  // Each session of a user is a device. Signing in on an eleventh ends the least recently active session.
  const store = new RedisStore({ client: redis, userId: ({ name }) => name, maxPerUser: 10 });
  return { store, redis, close };
}
