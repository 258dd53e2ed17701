import { describeRedisLike, describeRedisStore } from '@holdfast/conformance';
import { startRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { fromNodeRedis, type NodeRedisClient } from '../src/index.ts';

type Client = NodeRedisClient & { connect(): Promise<unknown>; disconnect(): unknown };

const clients: Record<string, (url: string) => Client> = {
  'node-redis 4': (url) => redis4.createClient({ url }),
  'node-redis 5': (url) => redis5.createClient({ url }),
  'node-redis 6': (url) => redis6.createClient({ url }),
};

for (const [name, connect] of Object.entries(clients)) {
  const factory = async () => {
    const { url, raw, stop } = await startRedis();
    const client = connect(url);
    await client.connect();
    const close = async () => {
      await client.disconnect();
      await stop();
    };
    return { redis: fromNodeRedis(client), raw, close };
  };
  describeRedisLike({ describe, test, beforeAll, afterAll }, name, factory);
  describeRedisStore({ describe, test, beforeAll, afterAll }, name, factory);
}
