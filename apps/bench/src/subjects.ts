import { RedisStore } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore } from 'connect-redis-10';
import type { SessionData, Store } from 'express-session';
import { createClient } from 'redis';

/** What the stores that take part can do with all their sessions. */
export interface ListingStore extends Store {
  length(): Promise<number>;
  ids(): Promise<string[]>;
  all(): Promise<SessionData[]>;
  clear(): Promise<unknown>;
}

/** A session store that takes part, on a client of its own. */
export interface Subject<Kind extends ListingStore = ListingStore> {
  readonly name: string;
  readonly store: Kind;
  /** Closes the client. */
  close(): Promise<unknown>;
}

/** Opens a subject on the Redis at a URL. */
type OpenSubject<Kind extends ListingStore> = (url: string) => Promise<Subject<Kind>>;

/** Each store and each client with its default options. */
export const openHoldfast: OpenSubject<RedisStore> = async (url) => {
  const client = await connected(url);
  const store = new RedisStore({ client: fromNodeRedis(client) });
  return { name: 'Holdfast', store, close: () => client.close() };
};

export const openConnectRedis: OpenSubject<ListingStore> = async (url) => {
  const client = await connected(url);
  const store = new ConnectRedisStore({ client });
  return { name: 'connect-redis', store, close: () => client.close() };
};

async function connected(url: string) {
  const client = createClient({ url });
  client.on('error', (error) => console.error(error));
  return client.connect();
}
