import {
  describeRedisLike,
  describeRedisStore,
  describeServerErrors,
  type SubjectFactory,
} from '@holdfast/conformance';
import { SharedServers, sized } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as ioredis6 from 'ioredis';
import * as ioredis5 from 'ioredis-5';
import { fromIoredis, type IoredisClient } from '../src/index.ts';

const servers = new SharedServers();
afterAll(() => servers.stop());

const keyPrefix = 'app:[*]:';

async function opened(client: IoredisClient & { quit(): Promise<unknown> }) {
  return { redis: fromIoredis(client), close: () => client.quit() };
}

const subjects: Record<string, SubjectFactory> = {
  'ioredis 5': servers.onServer((url) => opened(new ioredis5.Redis(url))),
  'ioredis 6': servers.onServer((url) => opened(new ioredis6.Redis(url))),
  'an ioredis 6 Cluster with keyPrefix in redisOptions': servers.onCluster(
    (nodes) => opened(new ioredis6.Cluster(nodes, { redisOptions: { keyPrefix } })),
    keyPrefix,
  ),
  'ioredis 5 with keyPrefix': servers.onServer(
    (url) => opened(new ioredis5.Redis(url, { keyPrefix })),
    keyPrefix,
  ),
  'ioredis 6 with keyPrefix': servers.onServer(
    (url) => opened(new ioredis6.Redis(url, { keyPrefix })),
    keyPrefix,
  ),
  'ioredis 6 with stringNumbers and pipelining': servers.onServer((url) =>
    opened(new ioredis6.Redis(url, { stringNumbers: true, enableAutoPipelining: true })),
  ),
  'an ioredis 5 Cluster': servers.onCluster((nodes) => opened(new ioredis5.Cluster(nodes))),
  'an ioredis 6 Cluster': servers.onCluster((nodes) => opened(new ioredis6.Cluster(nodes))),
  'an ioredis 5 Cluster with keyPrefix': servers.onCluster(
    (nodes) => opened(new ioredis5.Cluster(nodes, { keyPrefix })),
    keyPrefix,
  ),
  'ioredis 5 with sentinels': servers.onSentinels((name, sentinels) =>
    opened(new ioredis5.Redis({ name, sentinels })),
  ),
  'ioredis 6 with sentinels': servers.onSentinels((name, sentinels) =>
    opened(new ioredis6.Redis({ name, sentinels })),
  ),
};

/** On these, every test of a store runs in `npm test`. The others differ only in what the tests of `RedisLike` cover. */
const ESSENTIAL = ['ioredis 5', 'ioredis 6', 'an ioredis 6 Cluster with keyPrefix in redisOptions'];

const runner = { describe, test, beforeAll, afterAll };
if (sized(true, false)) {
  describeServerErrors(runner, 'ioredis 5', (url) => opened(new ioredis5.Redis(url)));
  describeServerErrors(runner, 'ioredis 6', (url) => opened(new ioredis6.Redis(url)));
}
for (const [name, factory] of Object.entries(subjects)) {
  const isEssential = ESSENTIAL.includes(name);
  if (sized(true, false)) describeRedisLike(runner, name, factory);
  if (sized(isEssential, !isEssential)) describeRedisStore(runner, name, factory);
}
