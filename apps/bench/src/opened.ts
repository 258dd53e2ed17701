import type { Store } from 'express-session';
import type { Redis } from 'ioredis';

/** A session store that takes part, on a client of its own. */
export interface Opened {
  store: Store;
  /** Closes the client. */
  close(): unknown;
}

/** Opens a store on the Redis at a URL. */
export type Open = (url: string) => Promise<Opened>;

/** What a client of node-redis has, and a pool of them. */
interface NodeRedis {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  connect(): Promise<unknown>;
  close(): Promise<unknown>;
}

export async function onNodeRedis<Client extends NodeRedis>(
  client: Client,
  storeOn: (client: Client) => Store,
): Promise<Opened> {
  client.on('error', (error) => console.error(error));
  await client.connect();
  return { store: storeOn(client), close: () => client.close() };
}

export async function onIoredis(client: Redis, storeOn: (client: Redis) => Store): Promise<Opened> {
  client.on('error', (error) => console.error(error));
  await client.ping();
  return { store: storeOn(client), close: () => client.quit() };
}
