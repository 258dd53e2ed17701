import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { SharedServers, sized } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { Cluster, Redis } from 'iovalkey';
import { fromIovalkey } from '../support/adapters/from-iovalkey.ts';

// This adapter was written from docs/writing-an-adapter.md alone.

const servers = new SharedServers();
afterAll(() => servers.stop());

const keyPrefix = 'app[1]*:';

async function opened(client: Redis | Cluster) {
  return { redis: fromIovalkey(client), close: () => client.quit() };
}

const subjects: Record<string, SubjectFactory> = {
  iovalkey: servers.onServer((url) => opened(new Redis(url))),
  'iovalkey with keyPrefix': servers.onServer(
    (url) => opened(new Redis(url, { keyPrefix })),
    keyPrefix,
  ),
  'iovalkey with stringNumbers': servers.onServer((url) =>
    opened(new Redis(url, { stringNumbers: true })),
  ),
  'an iovalkey Cluster': servers.onCluster((nodes) => opened(new Cluster(nodes))),
  'an iovalkey Cluster with keyPrefix': servers.onCluster(
    (nodes) => opened(new Cluster(nodes, { keyPrefix })),
    keyPrefix,
  ),
};

const runner = { describe, test, beforeAll, afterAll };
for (const [name, factory] of Object.entries(subjects)) {
  if (sized(true, false)) describeRedisLike(runner, name, factory);
  else describeRedisStore(runner, name, factory);
}
