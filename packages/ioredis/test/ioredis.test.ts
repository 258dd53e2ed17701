import { describeRedisLike, describeRedisStore, type SubjectFactory } from '@holdfast/conformance';
import { startCluster, startRedis, startSentinels } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as ioredis6 from 'ioredis';
import * as ioredis5 from 'ioredis-5';
import { fromIoredis, type IoredisClient } from '../src/index.ts';

type Client = IoredisClient & { quit(): Promise<unknown> };
type Server = { raw(...command: string[]): Promise<unknown>; stop(): Promise<void> };
type Node = { host: string; port: number };

const keyPrefix = 'app:[*]:';

const subjects: Record<string, SubjectFactory> = {
  'ioredis 5': single((url) => new ioredis5.Redis(url)),
  'ioredis 6': single((url) => new ioredis6.Redis(url)),
  'ioredis 5 with keyPrefix': single((url) => new ioredis5.Redis(url, { keyPrefix }), keyPrefix),
  'ioredis 6 with keyPrefix': single((url) => new ioredis6.Redis(url, { keyPrefix }), keyPrefix),
  'ioredis 6 with stringNumbers and pipelining': single(
    (url) => new ioredis6.Redis(url, { stringNumbers: true, enableAutoPipelining: true }),
  ),
  'an ioredis 5 Cluster': cluster((nodes) => new ioredis5.Cluster(nodes)),
  'an ioredis 6 Cluster': cluster((nodes) => new ioredis6.Cluster(nodes)),
  'an ioredis 5 Cluster with keyPrefix': cluster(
    (nodes) => new ioredis5.Cluster(nodes, { keyPrefix }),
    keyPrefix,
  ),
  'an ioredis 6 Cluster with keyPrefix in redisOptions': cluster(
    (nodes) => new ioredis6.Cluster(nodes, { redisOptions: { keyPrefix } }),
    keyPrefix,
  ),
  'ioredis 5 with sentinels': sentinel((options) => new ioredis5.Redis(options)),
  'ioredis 6 with sentinels': sentinel((options) => new ioredis6.Redis(options)),
};

function single(connect: (url: string) => Client, keyPrefix = ''): SubjectFactory {
  return async () => {
    const redis = await startRedis();
    return wrapped(connect(redis.url), redis, keyPrefix);
  };
}

function cluster(connect: (nodes: Node[]) => Client, keyPrefix = ''): SubjectFactory {
  return async () => {
    const redis = await startCluster();
    return wrapped(connect(nodesAt(redis.ports)), redis, keyPrefix);
  };
}

function sentinel(connect: (options: { name: string; sentinels: Node[] }) => Client) {
  return async () => {
    const redis = await startSentinels();
    return wrapped(connect({ name: redis.name, sentinels: nodesAt(redis.ports) }), redis, '');
  };
}

function nodesAt(ports: number[]): Node[] {
  return ports.map((port) => ({ host: '127.0.0.1', port }));
}

function wrapped(client: Client, server: Server, keyPrefix: string) {
  const close = async () => {
    await client.quit();
    await server.stop();
  };
  return { redis: fromIoredis(client), raw: server.raw, keyPrefix, close };
}

for (const [name, factory] of Object.entries(subjects)) {
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
