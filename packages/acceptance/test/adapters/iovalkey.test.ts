import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { onCluster, onServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { Cluster, Redis } from 'iovalkey';
import { fromIovalkey } from '../support/adapters/from-iovalkey.ts';

// The adapter was written from docs/writing-an-adapter.md by somebody who had seen nothing else of Holdfast.

const keyPrefix = 'app[1]*:';

async function opened(client: Redis | Cluster) {
  return { redis: fromIovalkey(client), close: () => client.quit() };
}

const subjects: Record<string, SubjectFactory> = {
  iovalkey: onServer((url) => opened(new Redis(url))),
  'iovalkey with keyPrefix': onServer((url) => opened(new Redis(url, { keyPrefix })), keyPrefix),
  'iovalkey with stringNumbers': onServer((url) => opened(new Redis(url, { stringNumbers: true }))),
  'an iovalkey Cluster': onCluster((nodes) => opened(new Cluster(nodes))),
  'an iovalkey Cluster with keyPrefix': onCluster(
    (nodes) => opened(new Cluster(nodes, { keyPrefix })),
    keyPrefix,
  ),
};

for (const [name, factory] of Object.entries(subjects)) {
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
