import { RedisStore, type StoreOptions } from '@holdfast/core';
import {
  type RedisProcess,
  type RedisProxy,
  startRedisProxy,
  startServer,
} from '@holdfast/test-servers';
import type { SessionData } from 'express-session';
import { eagerClients } from '../clients.ts';
import { useClient, useResource } from '../resources.ts';

/** A Redis of its own, and a way to it that a test disturbs. */
export interface Backend {
  redis: RedisProcess;
  proxy: RedisProxy;
  /** Makes a store that goes that way. */
  store(options?: Partial<StoreOptions<SessionData>>): RedisStore;
}

/** Starts a Redis that keeps what it acknowledges, for the tests of the block that calls this. */
export function useBackend(client: 'node-redis' | 'ioredis'): () => Backend {
  const make = eagerClients[client];
  if (make === undefined) throw new Error(`There is no client ${client}.`);
  const redis = useResource(
    () => startServer('--appendonly', 'yes', '--appendfsync', 'always'),
    (server) => server.stop(),
  );
  const proxy = useResource(
    () => startRedisProxy(`redis://127.0.0.1:${redis().port}`),
    (opened) => opened.cut(),
  );
  const connected = useClient(make, proxy);
  return () => ({
    redis: redis(),
    proxy: proxy(),
    store: (options) =>
      new RedisStore({ client: connected().redis, touchAfter: 0, timeoutMs: 10_000, ...options }),
  });
}
