import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
} from '@holdfast/test-servers';
import { afterAll, beforeAll } from '@jest/globals';
import type { AppClient, Make } from './clients.ts';

/** What is open, in the order in which it was opened. */
const opened: { close(): unknown }[] = [];

/**
 * Opens something before the tests of the block that calls this. Closes it after them, and before it what was opened
 * later: Jest alone would close in the same order.
 * @returns a function that returns what was opened.
 */
export function useResource<Resource>(
  open: () => Promise<Resource>,
  close: (resource: Resource) => unknown,
): () => Resource {
  let own: { resource: Resource; close(): unknown } | undefined;
  beforeAll(async () => {
    const resource = await open();
    own = { resource, close: () => close(resource) };
    opened.push(own);
  });
  afterAll(async () => {
    while (own !== undefined && opened.includes(own)) await opened.pop()?.close();
  });
  return () => {
    if (own === undefined) throw new Error('The tests have not started yet.');
    return own.resource;
  };
}

export function useRedis(): () => TestRedis {
  return useResource(startRedis, (redis) => redis.stop());
}

/** A way to a Redis that the tests cut and disturb. */
export function useProxy(redis: () => TestRedis): () => RedisProxy {
  return useResource(
    () => startRedisProxy(redis().url),
    (proxy) => proxy.cut(),
  );
}

/** A client that is connected to a Redis or a proxy. */
export function useClient(make: Make, server: () => { url: string }): () => AppClient {
  return useResource(
    async () => {
      const client = await make(server().url);
      await client.connect();
      return client;
    },
    (client) => client.close(),
  );
}
