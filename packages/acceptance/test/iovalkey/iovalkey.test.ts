import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { startCluster, startRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { Cluster, Redis, type RedisOptions } from 'iovalkey';
import { fromIovalkey } from './from-iovalkey.ts';

// The adapter was written from docs/writing-an-adapter.md by somebody who had seen nothing else of Holdfast.

function single(options: RedisOptions = {}): SubjectFactory {
  return async () => {
    const { url, raw, stop } = await startRedis();
    const client = new Redis(url, options);
    const close = async () => {
      await client.quit();
      await stop();
    };
    return { redis: fromIovalkey(client), raw, keyPrefix: options.keyPrefix, close };
  };
}

function cluster(keyPrefix = ''): SubjectFactory {
  return async () => {
    const { ports, raw, stop } = await startCluster();
    const nodes = ports.map((port) => ({ host: '127.0.0.1', port }));
    const client = new Cluster(nodes, { keyPrefix });
    const close = async () => {
      await client.quit();
      await stop();
    };
    return { redis: fromIovalkey(client), raw, keyPrefix, close };
  };
}

const subjects: Record<string, SubjectFactory> = {
  iovalkey: single(),
  'iovalkey with keyPrefix': single({ keyPrefix: 'app[1]*:' }),
  'iovalkey with stringNumbers': single({ stringNumbers: true }),
  'an iovalkey Cluster': cluster(),
  'an iovalkey Cluster with keyPrefix': cluster('app[1]*:'),
};

for (const [name, factory] of Object.entries(subjects)) {
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
