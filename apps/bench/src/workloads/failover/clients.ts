import { RedisStore } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore } from 'connect-redis-10';
import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { AT_ONCE_OPTIONS, RECOMMENDED_OPTIONS } from '../../outages/recommended.ts';
import type { OpenedStore } from '../../stores/opened-store.ts';

export interface FailoverClient {
  name: string;
  /** The client's options in a few words. */
  options: string;
  server: 'cluster' | 'sentinels';
  /** @param name the name by which the sentinels know the master. */
  open(ports: readonly number[], name: string): Promise<OpenedStore>;
}

type OpenCluster = (ports: readonly number[], options: object) => Promise<OpenedStore>;

type OpenSentinels = (ports: readonly number[], name: string) => Promise<OpenedStore>;

/** What docs/reliability.md recommends. node-redis 4 and 5 ignore what they do not know. */
const CLUSTER = RECOMMENDED_OPTIONS['node-redis'].cluster;
const IOREDIS = RECOMMENDED_OPTIONS.ioredis.cluster;

/** What it recommends for requests that should fail instead of wait. */
const AT_ONCE = AT_ONCE_OPTIONS['node-redis'];
const AT_ONCE_IOREDIS = AT_ONCE_OPTIONS.ioredis;

const nodeRedis4: OpenCluster = async (ports, options) => {
  const client = redis4.createCluster({ rootNodes: urls(ports), ...options }).on('error', ignore);
  await client.connect();
  const store = new RedisStore({ client: fromNodeRedis(client) });
  return { store, close: () => client.disconnect() };
};

const nodeRedis5: OpenCluster = (ports, options) =>
  onNodeRedis(redis5.createCluster({ rootNodes: urls(ports), ...options }).on('error', ignore));

const nodeRedis6: OpenCluster = (ports, options) =>
  onNodeRedis(redis6.createCluster({ rootNodes: urls(ports), ...options }).on('error', ignore));

const connectRedis: OpenCluster = async (ports, options) => {
  const client = redis6.createCluster({ rootNodes: urls(ports), ...options }).on('error', ignore);
  await client.connect();
  return { store: new ConnectRedisStore({ client }), close: () => client.destroy() };
};

const ioredis5Cluster: OpenCluster = async (ports, options) =>
  onIoredis(new ioredis5.Cluster(addresses(ports), options).on('error', ignore));

const ioredis6Cluster: OpenCluster = async (ports, options) =>
  onIoredis(new ioredis6.Cluster(addresses(ports), options).on('error', ignore));

const nodeRedis5Sentinels: OpenSentinels = (ports, name) =>
  onNodeRedis(
    redis5.createSentinel({ name, sentinelRootNodes: addresses(ports) }).on('error', ignore),
  );

const nodeRedis6Sentinels: OpenSentinels = (ports, name) =>
  onNodeRedis(
    redis6.createSentinel({ name, sentinelRootNodes: addresses(ports) }).on('error', ignore),
  );

const ioredis5Sentinels: OpenSentinels = async (ports, name) =>
  onIoredis(new ioredis5.Redis({ name, sentinels: addresses(ports) }).on('error', ignore));

const ioredis6Sentinels: OpenSentinels = async (ports, name) =>
  onIoredis(new ioredis6.Redis({ name, sentinels: addresses(ports) }).on('error', ignore));

const clusters: [name: string, open: OpenCluster, recommended: object, atOnce: object][] = [
  ['node-redis 4', nodeRedis4, CLUSTER, AT_ONCE],
  ['node-redis 5', nodeRedis5, CLUSTER, AT_ONCE],
  ['node-redis 6', nodeRedis6, CLUSTER, AT_ONCE],
  ['connect-redis 10 on node-redis 6', connectRedis, CLUSTER, AT_ONCE],
  ['ioredis 5', ioredis5Cluster, IOREDIS, AT_ONCE_IOREDIS],
  ['ioredis 6', ioredis6Cluster, IOREDIS, AT_ONCE_IOREDIS],
];

const sentinels: [name: string, open: OpenSentinels][] = [
  ['node-redis 5', nodeRedis5Sentinels],
  ['node-redis 6', nodeRedis6Sentinels],
  ['ioredis 5', ioredis5Sentinels],
  ['ioredis 6', ioredis6Sentinels],
];

/** All measured clients: each cluster client with three sets of options, each sentinel client with its defaults. */
export const CLIENTS: FailoverClient[] = [
  ...clusters.flatMap(([name, open, recommended, atOnce]) =>
    Object.entries({ default: {}, recommended, 'fail at once': atOnce }).map(
      ([options, given]): FailoverClient => ({
        name,
        options,
        server: 'cluster',
        open: (ports) => open(ports, given),
      }),
    ),
  ),
  ...sentinels.map(
    ([name, open]): FailoverClient => ({ name, options: 'default', server: 'sentinels', open }),
  ),
];

async function onNodeRedis(
  client: NodeRedisClient & { connect(): Promise<unknown>; destroy(): unknown },
): Promise<OpenedStore> {
  await client.connect();
  const store = new RedisStore({ client: fromNodeRedis(client) });
  return { store, close: () => client.destroy() };
}

function onIoredis(client: IoredisClient & { disconnect(): void }): OpenedStore {
  const store = new RedisStore({ client: fromIoredis(client) });
  return { store, close: () => client.disconnect() };
}

/** Clients report every node that is down, as this workload intends. */
function ignore() {}

function urls(ports: readonly number[]) {
  return ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
}

function addresses(ports: readonly number[]) {
  return ports.map((port) => ({ host: '127.0.0.1', port }));
}
