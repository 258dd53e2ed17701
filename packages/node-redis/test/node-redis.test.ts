import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { type Address, onCluster, onSentinels, onServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { fromNodeRedis, type NodeRedisClient } from '../src/index.ts';

const keyPrefix = 'app:[*]:';

async function opened(client: NodeRedisClient & { connect(): Promise<unknown> }) {
  await client.connect();
  return { redis: fromNodeRedis(client), close: () => closed(client) };
}

/** `close` came with 5. */
async function closed(client: object): Promise<void> {
  const { close, quit } = client as { close?(): Promise<void>; quit?(): Promise<unknown> };
  await (close ?? quit)?.call(client);
}

const rootNodes = (masters: Address[]) =>
  masters.map(({ host, port }) => ({ url: `redis://${host}:${port}` }));

const subjects: Record<string, SubjectFactory> = {
  'node-redis 4': onServer((url) => opened(redis4.createClient({ url }))),
  'node-redis 5': onServer((url) => opened(redis5.createClient({ url }))),
  'node-redis 6': onServer((url) => opened(redis6.createClient({ url }))),
  'node-redis 6 with RESP 2': onServer((url) => opened(redis6.createClient({ url, RESP: 2 }))),
  'node-redis 6 with keyPrefix': onServer(
    (url) => opened(redis6.createClient({ url, keyPrefix })),
    keyPrefix,
  ),
  'node-redis 6 with a clientSideCache': onServer((url) =>
    opened(redis6.createClient({ url, clientSideCache: {} })),
  ),
  'a node-redis 5 pool': onServer((url) => opened(redis5.createClientPool({ url }))),
  'a node-redis 6 pool': onServer((url) => opened(redis6.createClientPool({ url }))),
  'a node-redis 6 pool with keyPrefix': onServer(
    (url) => opened(redis6.createClientPool({ url, keyPrefix })),
    keyPrefix,
  ),
  'a node-redis 4 cluster': onCluster((masters) =>
    opened(redis4.createCluster({ rootNodes: rootNodes(masters) })),
  ),
  'a node-redis 5 cluster': onCluster((masters) =>
    opened(redis5.createCluster({ rootNodes: rootNodes(masters) })),
  ),
  'a node-redis 6 cluster': onCluster((masters) =>
    opened(redis6.createCluster({ rootNodes: rootNodes(masters) })),
  ),
  'a node-redis 6 cluster with keyPrefix': onCluster(
    (masters) => opened(redis6.createCluster({ rootNodes: rootNodes(masters), keyPrefix })),
    keyPrefix,
  ),
  'a node-redis 5 sentinel': onSentinels((name, sentinelRootNodes) =>
    opened(redis5.createSentinel({ name, sentinelRootNodes })),
  ),
  'a node-redis 6 sentinel': onSentinels((name, sentinelRootNodes) =>
    opened(redis6.createSentinel({ name, sentinelRootNodes })),
  ),
};

for (const [name, factory] of Object.entries(subjects)) {
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
