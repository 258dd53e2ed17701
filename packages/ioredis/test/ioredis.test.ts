import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { onCluster, onSentinels, onServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as ioredis6 from 'ioredis';
import * as ioredis5 from 'ioredis-5';
import { fromIoredis, type IoredisClient } from '../src/index.ts';

const keyPrefix = 'app:[*]:';

async function opened(client: IoredisClient & { quit(): Promise<unknown> }) {
  return { redis: fromIoredis(client), close: () => client.quit() };
}

const subjects: Record<string, SubjectFactory> = {
  'ioredis 5': onServer((url) => opened(new ioredis5.Redis(url))),
  'ioredis 6': onServer((url) => opened(new ioredis6.Redis(url))),
  'ioredis 5 with keyPrefix': onServer(
    (url) => opened(new ioredis5.Redis(url, { keyPrefix })),
    keyPrefix,
  ),
  'ioredis 6 with keyPrefix': onServer(
    (url) => opened(new ioredis6.Redis(url, { keyPrefix })),
    keyPrefix,
  ),
  'ioredis 6 with stringNumbers and pipelining': onServer((url) =>
    opened(new ioredis6.Redis(url, { stringNumbers: true, enableAutoPipelining: true })),
  ),
  'an ioredis 5 Cluster': onCluster((nodes) => opened(new ioredis5.Cluster(nodes))),
  'an ioredis 6 Cluster': onCluster((nodes) => opened(new ioredis6.Cluster(nodes))),
  'an ioredis 5 Cluster with keyPrefix': onCluster(
    (nodes) => opened(new ioredis5.Cluster(nodes, { keyPrefix })),
    keyPrefix,
  ),
  'an ioredis 6 Cluster with keyPrefix in redisOptions': onCluster(
    (nodes) => opened(new ioredis6.Cluster(nodes, { redisOptions: { keyPrefix } })),
    keyPrefix,
  ),
  'ioredis 5 with sentinels': onSentinels((name, sentinels) =>
    opened(new ioredis5.Redis({ name, sentinels })),
  ),
  'ioredis 6 with sentinels': onSentinels((name, sentinels) =>
    opened(new ioredis6.Redis({ name, sentinels })),
  ),
};

for (const [name, factory] of Object.entries(subjects)) {
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
