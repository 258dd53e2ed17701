import type { RedisLike } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { Redis as Redis5 } from 'ioredis';
import { Redis as Redis6 } from 'ioredis-6';
import { createClient as createClient6 } from 'redis';
import { createClient as createClient4 } from 'redis-4';
import { recommended } from './recommended.ts';

/** A client of an application, which reconnects by itself until it is closed. */
export interface AppClient {
  readonly redis: RedisLike;
  /** The errors of its `error` events, in order. */
  readonly errors: Error[];
  /** Resolves, rejects, or keeps trying, as the client does. */
  connect(): Promise<unknown>;
  close(): void;
}

interface Connectable {
  connect(): Promise<unknown>;
}

export type Make = (url: string) => Promise<AppClient>;

/** Makes a node-redis client with the README's settings. */
function nodeRedis(alias: string, pace?: number): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = await recommended('redis', alias, url, (error) => errors.push(error), pace);
    const close = () => closeNodeRedis(client);
    return { redis: fromNodeRedis(client), errors, connect: () => client.connect(), close };
  };
}

/** Makes an ioredis client with the README's settings. */
function ioredis(alias: string, pace?: number): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = await recommended('ioredis', alias, url, (error) => errors.push(error), pace);
    const close = () => client.disconnect();
    return { redis: fromIoredis(client), errors, connect: () => client.connect(), close };
  };
}

/** Makes a client. The types of the versions have nothing in common. */
type Create<Client> = (url: string) => Client & {
  on(event: 'error' | 'ready', listener: (error: Error) => void): unknown;
};

/** Makes a node-redis client from what `create` returns. */
function createdNodeRedis(create: Create<NodeRedisClient & Connectable>): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = create(url);
    client.on('error', (error) => errors.push(error));
    const close = () => closeNodeRedis(client);
    return { redis: fromNodeRedis(client), errors, connect: () => client.connect(), close };
  };
}

/** Makes an ioredis client, which connects by itself. */
function createdIoredis(create: Create<IoredisClient & { disconnect(): void }>): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = create(url);
    client.on('error', (error) => errors.push(error));
    const ready = new Promise((resolve) => client.on('ready', resolve));
    const close = () => client.disconnect();
    return { redis: fromIoredis(client), errors, connect: () => ready, close };
  };
}

/** Closes a client, even while it is connecting. */
function closeNodeRedis(client: object): void {
  const { destroy, disconnect } = client as { destroy?(): void; disconnect(): Promise<void> };
  if (destroy !== undefined) destroy.call(client);
  // It rejects if there is no connection.
  else disconnect.call(client).catch(() => {});
}

/** Clients with the settings that the README recommends. Each fails at once while it has no connection. */
export const recommendedClients: Record<string, Make> = {
  'node-redis 6': nodeRedis('redis'),
  'node-redis 5': nodeRedis('redis-5'),
  'node-redis 4': nodeRedis('redis-4'),
  'ioredis 5': ioredis('ioredis'),
  'ioredis 6': ioredis('ioredis-6'),
};

/** One client of each kind with the recommended times multiplied, for a test that cannot wait that long. */
export function hurriedClients(pace: number): Record<string, Make> {
  return { 'node-redis': nodeRedis('redis', pace), ioredis: ioredis('ioredis', pace) };
}

/** With its defaults, each client lets commands wait while it has no connection. */
export const nodeRedis6: Make = createdNodeRedis((url) => createClient6({ url }));
export const ioredis5: Make = createdIoredis((url) => new Redis5(url));

export const plainClients: Record<string, Make> = {
  'node-redis 6 by default': nodeRedis6,
  'node-redis 4 by default': createdNodeRedis((url) => createClient4({ url })),
  'ioredis 5 by default': ioredis5,
  'ioredis 6 by default': createdIoredis((url) => new Redis6(url)),
};

/**
 * One client of each kind that fails at once without a connection and reconnects soon, but that waits for a silent
 * server. With the README's settings it would open another connection, which is not silent.
 */
export const eagerClients: Record<string, Make> = {
  'node-redis': createdNodeRedis((url) =>
    createClient6({ url, disableOfflineQueue: true, socket: { reconnectStrategy: 100 } }),
  ),
  ioredis: createdIoredis(
    (url) =>
      new Redis5(url, {
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => 100,
      }),
  ),
};

export const allClients: Record<string, Make> = { ...recommendedClients, ...plainClients };
