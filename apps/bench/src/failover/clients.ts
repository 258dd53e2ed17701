import { RedisStore } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore } from 'connect-redis-10';
import type { Store } from 'express-session';
import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';

/** A store on a client of a cluster, or of sentinels. */
interface Opened {
  store: Store;
  close(): unknown;
}

export interface FailoverClient {
  name: string;
  /** The options that it was given, in a few words. */
  options: string;
  server: 'cluster' | 'sentinels';
  /** @param name the master's, as the sentinels know it. */
  open(ports: readonly number[], name: string): Promise<Opened>;
}

type OpenCluster = (ports: readonly number[], options: object) => Promise<Opened>;

type OpenSentinels = (ports: readonly number[], name: string) => Promise<Opened>;

const urls = (ports: readonly number[]) =>
  ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
const addresses = (ports: readonly number[]) => ports.map((port) => ({ host: '127.0.0.1', port }));

/** What a client says of nodes that are away is no news here. */
function quiet() {}

/** What docs/clusters.md recommends. */
const RECONNECT = { reconnectStrategy: (retries: number) => Math.min(retries * 100, 1000) };
const NODES = { pingInterval: 1000, socket: { ...RECONNECT, socketTimeout: 2000 } };
const CLUSTER_4 = { defaults: { socket: RECONNECT } };
const CLUSTER_5 = { defaults: NODES };
const CLUSTER_6 = { ...CLUSTER_5, topologyRefreshOnReconnectionAttemptStrategy: 1000 };
const IOREDIS = { retryDelayOnFailover: 500, slotsRefreshInterval: 2000 };

/** What it says for requests that should fail rather than wait. */
const NODES_AT_ONCE = { ...NODES, disableOfflineQueue: true };
const AT_ONCE_4 = { defaults: { socket: RECONNECT, disableOfflineQueue: true } };
const AT_ONCE_5 = { defaults: NODES_AT_ONCE };
const AT_ONCE_6 = { ...CLUSTER_6, defaults: NODES_AT_ONCE };
const AT_ONCE_IOREDIS = { ...IOREDIS, retryDelayOnFailover: 0 };

async function nodeRedis4(ports: readonly number[], options: object): Promise<Opened> {
  const client = redis4.createCluster({ rootNodes: urls(ports), ...options }).on('error', quiet);
  await client.connect();
  const store = new RedisStore({ client: fromNodeRedis(client) });
  return { store, close: () => client.disconnect() };
}

const nodeRedis5: OpenCluster = (ports, options) =>
  onNodeRedis(redis5.createCluster({ rootNodes: urls(ports), ...options }).on('error', quiet));

const nodeRedis6: OpenCluster = (ports, options) =>
  onNodeRedis(redis6.createCluster({ rootNodes: urls(ports), ...options }).on('error', quiet));

async function connectRedis(ports: readonly number[], options: object): Promise<Opened> {
  const client = redis6.createCluster({ rootNodes: urls(ports), ...options }).on('error', quiet);
  await client.connect();
  return { store: new ConnectRedisStore({ client }), close: () => client.destroy() };
}

function onIoredis(client: IoredisClient & { disconnect(): void }): Opened {
  const store = new RedisStore({ client: fromIoredis(client) });
  return { store, close: () => client.disconnect() };
}

const ioredis5Cluster: OpenCluster = async (ports, options) =>
  onIoredis(new ioredis5.Cluster(addresses(ports), options).on('error', quiet));

const ioredis6Cluster: OpenCluster = async (ports, options) =>
  onIoredis(new ioredis6.Cluster(addresses(ports), options).on('error', quiet));

const ioredis5Sentinels: OpenSentinels = async (ports, name) =>
  onIoredis(new ioredis5.Redis({ name, sentinels: addresses(ports) }).on('error', quiet));

const ioredis6Sentinels: OpenSentinels = async (ports, name) =>
  onIoredis(new ioredis6.Redis({ name, sentinels: addresses(ports) }).on('error', quiet));

async function onNodeRedis(
  client: NodeRedisClient & { connect(): Promise<unknown>; destroy(): unknown },
): Promise<Opened> {
  await client.connect();
  const store = new RedisStore({ client: fromNodeRedis(client) });
  return { store, close: () => client.destroy() };
}

const nodeRedis5Sentinels: OpenSentinels = (ports, name) =>
  onNodeRedis(
    redis5.createSentinel({ name, sentinelRootNodes: addresses(ports) }).on('error', quiet),
  );

const nodeRedis6Sentinels: OpenSentinels = (ports, name) =>
  onNodeRedis(
    redis6.createSentinel({ name, sentinelRootNodes: addresses(ports) }).on('error', quiet),
  );

const clusters: [name: string, open: OpenCluster, recommended: object, atOnce: object][] = [
  ['node-redis 4', nodeRedis4, CLUSTER_4, AT_ONCE_4],
  ['node-redis 5', nodeRedis5, CLUSTER_5, AT_ONCE_5],
  ['node-redis 6', nodeRedis6, CLUSTER_6, AT_ONCE_6],
  ['connect-redis 10 on node-redis 6', connectRedis, CLUSTER_6, AT_ONCE_6],
  ['ioredis 5', ioredis5Cluster, IOREDIS, AT_ONCE_IOREDIS],
  ['ioredis 6', ioredis6Cluster, IOREDIS, AT_ONCE_IOREDIS],
];

const sentinels: [name: string, open: OpenSentinels][] = [
  ['node-redis 5', nodeRedis5Sentinels],
  ['node-redis 6', nodeRedis6Sentinels],
  ['ioredis 5', ioredis5Sentinels],
  ['ioredis 6', ioredis6Sentinels],
];

/** All that are measured: of clusters, each with the client's defaults and with what docs/clusters.md says. */
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
