import {
  describeRedisLike,
  describeRedisStore,
  describeServerErrors,
  type SubjectFactory,
} from '@holdfast/conformance';
import { type Address, SharedServers, sized } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { fromNodeRedis, type NodeRedisClient } from '../src/index.ts';

const servers = new SharedServers();
afterAll(() => servers.stop());

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
  'node-redis 4': servers.onServer((url) => opened(redis4.createClient({ url }))),
  'node-redis 5': servers.onServer((url) => opened(redis5.createClient({ url }))),
  'node-redis 6': servers.onServer((url) => opened(redis6.createClient({ url }))),
  'node-redis 6 with RESP 2': servers.onServer((url) =>
    opened(redis6.createClient({ url, RESP: 2 })),
  ),
  'node-redis 6 with keyPrefix': servers.onServer(
    (url) => opened(redis6.createClient({ url, keyPrefix })),
    keyPrefix,
  ),
  'node-redis 6 with a clientSideCache': servers.onServer((url) =>
    opened(redis6.createClient({ url, clientSideCache: {} })),
  ),
  'a node-redis 5 pool': servers.onServer((url) => opened(redis5.createClientPool({ url }))),
  'a node-redis 6 pool': servers.onServer((url) => opened(redis6.createClientPool({ url }))),
  'a node-redis 6 pool with keyPrefix': servers.onServer(
    (url) => opened(redis6.createClientPool({ url, keyPrefix })),
    keyPrefix,
  ),
  'a node-redis 4 cluster': servers.onCluster((masters) =>
    opened(redis4.createCluster({ rootNodes: rootNodes(masters) })),
  ),
  'a node-redis 5 cluster': servers.onCluster((masters) =>
    opened(redis5.createCluster({ rootNodes: rootNodes(masters) })),
  ),
  'a node-redis 6 cluster': servers.onCluster((masters) =>
    opened(redis6.createCluster({ rootNodes: rootNodes(masters) })),
  ),
  'a node-redis 6 cluster with keyPrefix': servers.onCluster(
    (masters) => opened(redis6.createCluster({ rootNodes: rootNodes(masters), keyPrefix })),
    keyPrefix,
  ),
  'a node-redis 5 sentinel': servers.onSentinels((name, sentinelRootNodes) =>
    opened(redis5.createSentinel({ name, sentinelRootNodes })),
  ),
  'a node-redis 6 sentinel': servers.onSentinels((name, sentinelRootNodes) =>
    opened(redis6.createSentinel({ name, sentinelRootNodes })),
  ),
};

/** The clients of a single server. */
const clients: Record<string, (url: string) => NodeRedisClient & { connect(): Promise<unknown> }> =
  {
    'node-redis 4': (url) => redis4.createClient({ url }),
    'node-redis 5': (url) => redis5.createClient({ url }),
    'node-redis 6': (url) => redis6.createClient({ url }),
    'a node-redis 6 pool': (url) => redis6.createClientPool({ url }),
  };

/** On these, every test of a store runs in `npm test`. The others differ only in what the tests of `RedisLike` cover. */
const ESSENTIAL = [
  'node-redis 4',
  'node-redis 5',
  'node-redis 6',
  'a node-redis 6 cluster with keyPrefix',
];

const runner = { describe, test, beforeAll, afterAll };
if (sized(true, false)) {
  for (const [name, client] of Object.entries(clients)) {
    describeServerErrors(runner, name, (url) => opened(client(url)));
  }
}
for (const [name, factory] of Object.entries(subjects)) {
  const isEssential = ESSENTIAL.includes(name);
  if (sized(true, false)) describeRedisLike(runner, name, factory);
  if (sized(isEssential, !isEssential)) describeRedisStore(runner, name, factory);
}
