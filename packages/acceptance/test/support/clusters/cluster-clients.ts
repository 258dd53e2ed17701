import type { RedisLike } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';

/** An adapter on a client of a cluster. */
export interface Opened {
  redis: RedisLike;
  close(): unknown;
}

type Open = (ports: readonly number[]) => Promise<Opened>;

const rootNodes = (ports: readonly number[]) =>
  ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));

const addresses = (ports: readonly number[]) => ports.map((port) => ({ host: '127.0.0.1', port }));

/** Ignores errors about nodes that are away, which the tests expect. */
function quiet() {}

/** The cluster client of each supported version, with its default options. */
export const clusterClients: Record<string, Open> = {
  async 'node-redis 4'(ports) {
    const client = redis4.createCluster({ rootNodes: rootNodes(ports) }).on('error', quiet);
    await client.connect();
    return { redis: fromNodeRedis(client), close: () => client.disconnect() };
  },
  async 'node-redis 5'(ports) {
    const client = redis5.createCluster({ rootNodes: rootNodes(ports) }).on('error', quiet);
    await client.connect();
    return { redis: fromNodeRedis(client), close: () => client.destroy() };
  },
  async 'node-redis 6'(ports) {
    const client = redis6.createCluster({ rootNodes: rootNodes(ports) }).on('error', quiet);
    await client.connect();
    return { redis: fromNodeRedis(client), close: () => client.destroy() };
  },
  async 'ioredis 5'(ports) {
    const client = new ioredis5.Cluster(addresses(ports)).on('error', quiet);
    return { redis: fromIoredis(client), close: () => client.disconnect() };
  },
  async 'ioredis 6'(ports) {
    const client = new ioredis6.Cluster(addresses(ports)).on('error', quiet);
    return { redis: fromIoredis(client), close: () => client.disconnect() };
  },
};
