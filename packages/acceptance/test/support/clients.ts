import type { RedisLike } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { Redis as Redis5 } from 'ioredis';
import { Redis as Redis6 } from 'ioredis-6';
import { createClient as createClient6 } from 'redis';
import { createClient as createClient4 } from 'redis-4';
import { recommended } from './recommended.ts';

/** A client of an application, which reconnects by itself as long as the test lasts. */
export interface AppClient {
  readonly redis: RedisLike;
  /** What its `error` events told, in their order. */
  readonly errors: Error[];
  /** Rejects, answers, or goes on trying, as the client does. */
  connect(): Promise<unknown>;
  close(): void;
}

interface Connectable {
  connect(): Promise<unknown>;
}

export type Make = (url: string) => Promise<AppClient>;

/** With the README's settings, a node-redis. */
function nodeRedis(alias: string, pace?: number): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = await recommended('redis', alias, url, (error) => errors.push(error), pace);
    const close = () => closeNodeRedis(client);
    return { redis: fromNodeRedis(client), errors, connect: () => client.connect(), close };
  };
}

/** The same of ioredis. */
function ioredis(alias: string, pace?: number): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = await recommended('ioredis', alias, url, (error) => errors.push(error), pace);
    const close = () => client.disconnect();
    return { redis: fromIoredis(client), errors, connect: () => client.connect(), close };
  };
}

/** What makes a client with its defaults; the types of the versions have nothing in common. */
type Create<Client> = (url: string) => Client & {
  on(event: 'error' | 'ready', listener: (error: Error) => void): unknown;
};

/** With its defaults, a node-redis. */
function plainNodeRedis(create: Create<NodeRedisClient & Connectable>): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = create(url);
    client.on('error', (error) => errors.push(error));
    const close = () => closeNodeRedis(client);
    return { redis: fromNodeRedis(client), errors, connect: () => client.connect(), close };
  };
}

/** The same of ioredis, which connects by itself. */
function plainIoredis(create: Create<IoredisClient & { disconnect(): void }>): Make {
  return async (url) => {
    const errors: Error[] = [];
    const client = create(url);
    client.on('error', (error) => errors.push(error));
    const ready = new Promise((resolve) => client.on('ready', resolve));
    const close = () => client.disconnect();
    return { redis: fromIoredis(client), errors, connect: () => ready, close };
  };
}

/** Gives up at once, also in the middle of connecting. */
function closeNodeRedis(client: object): void {
  const { destroy, disconnect } = client as { destroy?(): void; disconnect(): Promise<void> };
  if (destroy !== undefined) destroy.call(client);
  // It rejects where there is no connection to close.
  else disconnect.call(client).catch(() => {});
}

/** With the settings that the README recommends: each fails at once while it has no connection. */
export const recommendedClients: Record<string, Make> = {
  'node-redis 6': nodeRedis('redis'),
  'node-redis 5': nodeRedis('redis-5'),
  'node-redis 4': nodeRedis('redis-4'),
  'ioredis 5': ioredis('ioredis'),
  'ioredis 6': ioredis('ioredis-6'),
};

/** The same, one of each kind, with the recommended times multiplied, as a test cannot wait so long. */
export function hurriedClients(pace: number): Record<string, Make> {
  return { 'node-redis': nodeRedis('redis', pace), ioredis: ioredis('ioredis', pace) };
}

/** As they are by default: each lets commands wait while it has no connection. */
export const plainClients: Record<string, Make> = {
  'node-redis 6 by default': plainNodeRedis((url) => createClient6({ url })),
  'node-redis 4 by default': plainNodeRedis((url) => createClient4({ url })),
  'ioredis 5 by default': plainIoredis((url) => new Redis5(url)),
  'ioredis 6 by default': plainIoredis((url) => new Redis6(url)),
};

export const allClients: Record<string, Make> = { ...recommendedClients, ...plainClients };
