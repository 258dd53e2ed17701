import { RedisStore, type StoreOptions } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore } from 'connect-redis-10';
import type { SessionData, Store } from 'express-session';
import { createClient } from 'redis';

/** What the stores that take part can do with all their sessions. */
export interface ListingStore extends Store {
  length(): Promise<number>;
  ids(): Promise<string[]>;
  all(): Promise<(SessionData & { id: string })[]>;
  clear(): Promise<unknown>;
}

/** A session store that takes part, on a client of its own. */
export interface Subject<Kind extends ListingStore = ListingStore> {
  readonly name: string;
  readonly store: Kind;
  /** Closes the client. */
  close(): Promise<unknown>;
}

/** What Holdfast is told besides the client. */
export type HoldfastOptions = Omit<StoreOptions<SessionData>, 'client'>;

/** On the Redis at a URL, with the default options of the client, and of the store where none are given. */
export async function openHoldfast(
  url: string,
  options: HoldfastOptions = {},
): Promise<Subject<RedisStore>> {
  const client = await connected(url);
  const store = new RedisStore({ client: fromNodeRedis(client), ...options });
  return { name: 'Holdfast', store, close: () => client.close() };
}

/** The same, of the store that is compared. */
export async function openConnectRedis(url: string): Promise<Subject> {
  const client = await connected(url);
  const store = new ConnectRedisStore({ client });
  return { name: 'connect-redis', store, close: () => client.close() };
}

async function connected(url: string) {
  const client = createClient({ url });
  client.on('error', (error) => console.error(error));
  return client.connect();
}
