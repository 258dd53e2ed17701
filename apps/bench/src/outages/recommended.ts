import type { Topology } from '@holdfast/test-servers';

const reconnectStrategy = (retries: number) => Math.min(retries * 100, 1000);

/** For each connection of node-redis 5 and 6. */
const NODE = {
  pingInterval: 1000,
  socket: { connectTimeout: 2000, socketTimeout: 2000, reconnectStrategy },
};

/** The servers that clients need options of their own for. */
export type Servers = Extract<Topology, 'one server' | 'cluster' | 'sentinels'>;

type ClientOptions = Record<'node-redis' | 'ioredis', Record<Servers, object>>;

/** The options that docs/reliability.md recommends. A test compares them. */
export const RECOMMENDED_OPTIONS: ClientOptions = {
  'node-redis': {
    'one server': { disableOfflineQueue: true, ...NODE },
    cluster: clusterOptions({}),
    sentinels: {
      nodeClientOptions: {
        pingInterval: 1000,
        socket: { connectTimeout: 1000, socketTimeout: 2000, reconnectStrategy: false },
      },
      sentinelClientOptions: {
        pingInterval: 1000,
        socket: { connectTimeout: 1000, socketTimeout: 2000 },
      },
    },
  },
  ioredis: {
    'one server': {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2000,
      connectTimeout: 2000,
      socketTimeout: 2000,
    },
    cluster: ioredisClusterOptions(500),
    sentinels: {
      maxRetriesPerRequest: null,
      connectTimeout: 2000,
      socketTimeout: 2000,
      sentinelCommandTimeout: 2000,
    },
  },
};

/** Those for a cluster whose requests should fail at once, instead of waiting for a new master. */
export const AT_ONCE_OPTIONS: Record<'node-redis' | 'ioredis', object> = {
  'node-redis': clusterOptions({ disableOfflineQueue: true }),
  ioredis: ioredisClusterOptions(0),
};

function clusterOptions(more: object): object {
  return { topologyRefreshOnReconnectionAttemptStrategy: 1000, defaults: { ...NODE, ...more } };
}

function ioredisClusterOptions(retryDelayOnFailover: number): object {
  return {
    retryDelayOnFailover,
    slotsRefreshInterval: 2000,
    redisOptions: { connectTimeout: 2000, socketTimeout: 2000 },
  };
}
