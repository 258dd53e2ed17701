import { RedisStore, type StoreOptions } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { RedisStore as ConnectRedisStore } from 'connect-redis-10';
import type { SessionData, Store } from 'express-session';
import { createClient } from 'redis';
import { type OpenedStore, openOnNodeRedis } from './opened-store.ts';

/** The methods for all sessions that both stores have. */
export interface ListingStore extends Store {
  length(): Promise<number>;
  ids(): Promise<string[]>;
  all(): Promise<(SessionData & { id: string })[]>;
  clear(): Promise<unknown>;
}

/** A store that the page names. */
export interface ComparedStore<Kind extends ListingStore = ListingStore> extends OpenedStore<Kind> {
  readonly name: string;
}

/** The options of Holdfast without the client. */
export type HoldfastOptions = Omit<StoreOptions<SessionData>, 'client'>;

/** Opens Holdfast with the default options of the client, and of the store unless some are given. */
export async function openHoldfast(
  url: string,
  options: HoldfastOptions = {},
): Promise<ComparedStore<RedisStore>> {
  const opened = await openOnNodeRedis(
    createClient({ url }),
    (client) => new RedisStore({ client: fromNodeRedis(client), ...options }),
  );
  return { name: 'Holdfast', ...opened };
}

/** Opens connect-redis with default options. */
export async function openConnectRedis(url: string): Promise<ComparedStore> {
  const opened = await openOnNodeRedis(
    createClient({ url }),
    (client) => new ConnectRedisStore({ client }),
  );
  return { name: 'connect-redis', ...opened };
}
