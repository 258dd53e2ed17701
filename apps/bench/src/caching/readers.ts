import { type RedisLike, RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { BasicClientSideCache, createClient } from 'redis';

/** Holdfast on a client of its own. */
export interface Reader {
  /** Whether it looks in the client's cache before it asks Redis. */
  isCached: boolean;
  store: RedisStore;
  /** The same sessions, each of whose touches is written. */
  touching: RedisStore;
  /** How many reads the cache has answered so far. */
  hits(): number;
  close(): Promise<unknown>;
}

/** node-redis 6 sets a timer for every command else, which Holdfast turns off for its own. */
const NO_TIMER: object = { timeout: undefined };

/** Holdfast as it is. */
export async function openUncached(url: string, prefix: string): Promise<Reader> {
  const client = await connected(url);
  const stores = storesOn(fromNodeRedis(client), prefix);
  return { isCached: false, ...stores, hits: () => 0, close: () => client.close() };
}

/** Holdfast that looks in the client's cache first, which holds so many replies at most. */
export async function openCached(url: string, prefix: string, maxEntries: number): Promise<Reader> {
  const cache = new BasicClientSideCache({ maxEntries });
  const client = await connected(url, cache);
  const commands = client.withCommandOptions(NO_TIMER);
  const redis: RedisLike = { ...fromNodeRedis(client), get: (key) => commands.get(key) };
  const stores = storesOn(redis, prefix);
  const hits = () => cache.stats().hitCount;
  return { isCached: true, ...stores, hits, close: () => client.close() };
}

function storesOn(client: RedisLike, prefix: string): Pick<Reader, 'store' | 'touching'> {
  const store = new RedisStore({ client, prefix });
  return { store, touching: new RedisStore({ client, prefix, touchAfter: 0 }) };
}

async function connected(url: string, clientSideCache?: BasicClientSideCache) {
  const client = createClient({ url, ...(clientSideCache && { clientSideCache }) });
  client.on('error', (error) => console.error(error));
  return client.connect();
}
