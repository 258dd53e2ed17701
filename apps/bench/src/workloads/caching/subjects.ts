import { randomUUID } from 'node:crypto';
import { type RedisLike, RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { BasicClientSideCache, createClient } from 'redis';

/** Holdfast with its own client, with or without a cache. */
export interface Subject {
  /** Whether it looks in the client's cache before it asks Redis. */
  isCached: boolean;
  store: RedisStore;
  /** A store of the same sessions that writes every touch. */
  touching: RedisStore;
  /** How many reads the cache has answered so far. */
  hits(): number;
  close(): Promise<unknown>;
}

/** Turns off the timer that node-redis 6 sets for every command, as Holdfast does for its own commands. */
const NO_TIMER: object = { timeout: undefined };

/** Returns a prefix that no other measurement uses. */
export function newPrefix(): string {
  return `bench-${randomUUID()}:`;
}

/** Opens Holdfast as it is. */
export async function openUncached(url: string, prefix: string): Promise<Subject> {
  const client = await connect(url);
  const stores = storesOn(fromNodeRedis(client), prefix);
  return { isCached: false, ...stores, hits: () => 0, close: () => client.close() };
}

/** Opens Holdfast with the client's cache, which holds at most this many replies. */
export async function openCached(
  url: string,
  prefix: string,
  maxEntries: number,
): Promise<Subject> {
  const cache = new BasicClientSideCache({ maxEntries });
  const client = await connect(url, cache);
  const commands = client.withCommandOptions(NO_TIMER);
  const redis: RedisLike = { ...fromNodeRedis(client), get: (key) => commands.get(key) };
  const stores = storesOn(redis, prefix);
  const hits = () => cache.stats().hitCount;
  return { isCached: true, ...stores, hits, close: () => client.close() };
}

function storesOn(client: RedisLike, prefix: string): Pick<Subject, 'store' | 'touching'> {
  const store = new RedisStore({ client, prefix });
  return { store, touching: new RedisStore({ client, prefix, touchAfter: 0 }) };
}

async function connect(url: string, clientSideCache?: BasicClientSideCache) {
  const client = createClient({ url, ...(clientSideCache && { clientSideCache }) });
  client.on('error', console.error);
  return client.connect();
}
