import type { Store } from 'express-session';
import type { Redis } from 'ioredis';

/** A session store with its own client. */
export interface OpenedStore<Kind extends Store = Store> {
  readonly store: Kind;
  /** Closes the client. */
  close(): unknown;
}

/** Opens a store on the Redis server at a URL. */
export type OpenStore = (url: string) => Promise<OpenedStore>;

/** The methods that a client of node-redis and a pool of them have in common. */
interface NodeRedis {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  connect(): Promise<unknown>;
  close(): Promise<unknown>;
}

export async function openOnNodeRedis<Client extends NodeRedis, Kind extends Store>(
  client: Client,
  storeOn: (client: Client) => Kind,
): Promise<OpenedStore<Kind>> {
  client.on('error', console.error);
  await client.connect();
  return { store: storeOn(client), close: () => client.close() };
}

export async function openOnIoredis<Kind extends Store>(
  client: Redis,
  storeOn: (client: Redis) => Kind,
): Promise<OpenedStore<Kind>> {
  client.on('error', console.error);
  await client.ping();
  return { store: storeOn(client), close: () => client.quit() };
}
