import { HoldfastError, type RedisLike, RedisStore } from '@holdfast/core';
import { type RedisProcess, until } from '@holdfast/test-servers';
import { expect } from '@jest/globals';
import type { AppClient, Make } from '../clients.ts';

/** The option `timeoutMs` of a store for which Redis is away: short, because the tests wait for it. */
const TIMEOUT_MS = 500;

/** The same for a store that Redis serves: so long that no test reaches it, however busy the machine is. */
const PATIENCE_MS = 60_000;

export function urlOf({ port }: RedisProcess, credentials: string = ''): string {
  return `redis://${credentials}127.0.0.1:${port}`;
}

/** A client with stores. */
export interface App extends AppClient {
  /** Gives up soon. */
  readonly store: RedisStore;
  /** Does not give up, and knows nothing of the outages that the other store sees. */
  readonly patient: RedisStore;
}

/** Opens a store that gives up soon, with each of the options that need more of Redis. */
function storeOf(
  redis: RedisLike,
  timeoutMs: number = TIMEOUT_MS,
  rememberEnded?: number,
): RedisStore {
  return new RedisStore({
    client: redis,
    rememberEnded,
    timeoutMs,
    userId: (session) => Reflect.get(session, 'user'),
    trackCount: true,
  });
}

export function patientStoreOf(redis: RedisLike, rememberEnded?: number): RedisStore {
  return storeOf(redis, PATIENCE_MS, rememberEnded);
}

/** Makes an application for each client, without connecting it. */
export async function appsOf(
  clients: Record<string, Make>,
  url: string,
): Promise<Record<string, App>> {
  const apps: Record<string, App> = {};
  for (const [name, make] of Object.entries(clients)) {
    const client = await make(url);
    const { redis } = client;
    apps[name] = { ...client, store: storeOf(redis), patient: patientStoreOf(redis) };
  }
  return apps;
}

/** Asks every application at the same time. */
export async function ofEach<Result>(
  apps: Record<string, App>,
  ask: (app: App, name: string) => Promise<Result>,
): Promise<Record<string, Result>> {
  const results = Object.entries(apps).map(async ([name, app]) => [name, await ask(app, name)]);
  return Object.fromEntries(await Promise.all(results));
}

/** Returns the error that work ends with. */
export async function errorOf(work: () => Promise<unknown>): Promise<Error> {
  const error: unknown = await work().then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toHaveProperty('message');
  return error as Error;
}

/** Whether a store did not ask Redis at all, because it knows that Redis is away. */
export function isRefusal(error: Error): boolean {
  return error instanceof HoldfastError && error.cause instanceof HoldfastError;
}

/**
 * Asks a new store for a session that it cannot get.
 * @returns the code and status of the error, and the messages of its causes.
 */
export function seen({ redis }: App): Promise<string[]> {
  return seenBy(storeOf(redis));
}

/** The same where Redis replies, however long that takes. */
export function seenInReply({ redis }: App): Promise<string[]> {
  return seenBy(patientStoreOf(redis));
}

async function seenBy(store: RedisStore): Promise<string[]> {
  const error = await errorOf(() => store.get('id'));
  if (!(error instanceof HoldfastError)) return messagesOf(error);
  const { code, status, cause } = error;
  return [[code, status].join(' ').trim(), ...messagesOf(cause)];
}

function messagesOf(error: unknown): string[] {
  if (!(error instanceof Object)) return [];
  const { message, cause } = error as Error;
  return [message, ...messagesOf(cause)];
}

function unavailable(cause: string): string[] {
  return ['ERR_HOLDFAST_UNAVAILABLE 503', cause];
}

const OFFLINE = unavailable('The client is offline');
const NOT_WRITEABLE = unavailable("Stream isn't writeable and enableOfflineQueue options is false");

/** What users see if a client lets commands wait until it is connected. */
export const TIMED_OUT: string[] = ['ERR_HOLDFAST_TIMEOUT 503'];

/** What users see while there is no connection, with the README's settings. */
export const REFUSED_AT_ONCE: Record<string, string[]> = {
  'node-redis 6': OFFLINE,
  'node-redis 5': OFFLINE,
  'node-redis 4': OFFLINE,
  'ioredis 5': NOT_WRITEABLE,
  'ioredis 6': NOT_WRITEABLE,
};

/** What users see while there is no connection, with the clients' defaults. */
export const WAITING: Record<string, string[]> = {
  'node-redis 6 by default': TIMED_OUT,
  'node-redis 4 by default': TIMED_OUT,
  'ioredis 5 by default': TIMED_OUT,
  'ioredis 6 by default': TIMED_OUT,
};

/** Waits until a store serves again. */
export async function untilServes(store: RedisStore): Promise<void> {
  await until('the store serves again', () =>
    store.get('id').then(
      () => true,
      (error) => error,
    ),
  );
}
