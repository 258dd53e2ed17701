import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { startCluster, startRedis, startSentinels } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { fromNodeRedis, type NodeRedisClient } from '../src/index.ts';

type Client = NodeRedisClient & { connect(): Promise<unknown> };
type Server = { raw(...command: string[]): Promise<unknown>; stop(): Promise<void> };

const keyPrefix = 'app:[*]:';

const subjects: Record<string, SubjectFactory> = {
  'node-redis 4': single((url) => redis4.createClient({ url })),
  'node-redis 5': single((url) => redis5.createClient({ url })),
  'node-redis 6': single((url) => redis6.createClient({ url })),
  'node-redis 6 with RESP 2': single((url) => redis6.createClient({ url, RESP: 2 })),
  'node-redis 6 with keyPrefix': single(
    (url) => redis6.createClient({ url, keyPrefix }),
    keyPrefix,
  ),
  'a node-redis 5 pool': single((url) => redis5.createClientPool({ url })),
  'a node-redis 6 pool': single((url) => redis6.createClientPool({ url })),
  'a node-redis 6 pool with keyPrefix': single(
    (url) => redis6.createClientPool({ url, keyPrefix }),
    keyPrefix,
  ),
  'a node-redis 4 cluster': cluster((rootNodes) => redis4.createCluster({ rootNodes })),
  'a node-redis 5 cluster': cluster((rootNodes) => redis5.createCluster({ rootNodes })),
  'a node-redis 6 cluster': cluster((rootNodes) => redis6.createCluster({ rootNodes })),
  'a node-redis 6 cluster with keyPrefix': cluster(
    (rootNodes) => redis6.createCluster({ rootNodes, keyPrefix }),
    keyPrefix,
  ),
  'a node-redis 5 sentinel': sentinel((options) => redis5.createSentinel(options)),
  'a node-redis 6 sentinel': sentinel((options) => redis6.createSentinel(options)),
};

function single(connect: (url: string) => Client, keyPrefix = ''): SubjectFactory {
  return async () => {
    const redis = await startRedis();
    return connected(connect(redis.url), redis, keyPrefix);
  };
}

function cluster(connect: (nodes: { url: string }[]) => Client, keyPrefix = ''): SubjectFactory {
  return async () => {
    const redis = await startCluster();
    const nodes = redis.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
    return connected(connect(nodes), redis, keyPrefix);
  };
}

function sentinel(
  connect: (options: {
    name: string;
    sentinelRootNodes: { host: string; port: number }[];
  }) => Client,
): SubjectFactory {
  return async () => {
    const redis = await startSentinels();
    const sentinelRootNodes = redis.ports.map((port) => ({ host: '127.0.0.1', port }));
    return connected(connect({ name: redis.name, sentinelRootNodes }), redis, '');
  };
}

async function connected(client: Client, server: Server, keyPrefix: string) {
  await client.connect();
  const close = async () => {
    await closed(client);
    await server.stop();
  };
  return { redis: fromNodeRedis(client), raw: server.raw, keyPrefix, close };
}

/** `close` came with 5. */
async function closed(client: object): Promise<void> {
  const { close, quit } = client as { close?(): Promise<void>; quit?(): Promise<unknown> };
  await (close ?? quit)?.call(client);
}

for (const [name, factory] of Object.entries(subjects)) {
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
