import { type RedisLike, RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { BasicClientSideCache, createClient } from 'redis';

/** Holdfast on a client of its own. */
export interface Reader {
  store: RedisStore;
  /** The same sessions, each of whose touches is written. */
  touching: RedisStore;
  /** Where it looks for a session before it asks Redis. */
  cache?: BasicClientSideCache | undefined;
  close(): Promise<unknown>;
}

/** How often the cache was asked. */
export type CacheStats = ReturnType<BasicClientSideCache['stats']>;

/** node-redis 6 sets a timer for every command else, which Holdfast turns off for its own. */
const NO_TIMER: object = { timeout: undefined };

/** Holdfast as it is, which reads past a cache. */
export async function openUncached(url: string, prefix: string): Promise<Reader> {
  const client = await connected(url);
  return readerOn(fromNodeRedis(client), prefix, () => client.close());
}

/** Holdfast that looks in the client's cache first. */
export async function openCached(
  url: string,
  prefix: string,
  maxEntries: number,
): Promise<Reader & { cache: BasicClientSideCache }> {
  const cache = new BasicClientSideCache({ maxEntries });
  const client = await connected(url, cache);
  const commands = client.withCommandOptions(NO_TIMER);
  const redis: RedisLike = { ...fromNodeRedis(client), get: (key) => commands.get(key) };
  return { ...readerOn(redis, prefix, () => client.close()), cache };
}

function readerOn(client: RedisLike, prefix: string, close: Reader['close']): Reader {
  const store = new RedisStore({ client, prefix });
  return { store, touching: new RedisStore({ client, prefix, touchAfter: 0 }), close };
}

async function connected(url: string, clientSideCache?: BasicClientSideCache) {
  const client = createClient({ url, ...(clientSideCache && { clientSideCache }) });
  client.on('error', (error) => console.error(error));
  return client.connect();
}
