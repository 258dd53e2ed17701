import { HoldfastError, type RedisLike, RedisStore } from '@holdfast/core';
import { type RedisProcess, until } from '@holdfast/test-servers';
import { expect } from '@jest/globals';
import { Cookie, type SessionData } from 'express-session';
import type { AppClient, Make } from '../clients.ts';
import { PatientClock } from '../../patient-clock.ts';

/** The option `timeoutMs`, short so that the tests are. */
const TIMEOUT_MS = 500;
/** How late an operation may end. */
const LATE_MS = 250;

export function urlOf({ port }: RedisProcess, credentials: string = ''): string {
  return `redis://${credentials}127.0.0.1:${port}`;
}

/** A client with a store on it. */
export interface App extends AppClient {
  /** Has each of the options that need more of Redis. */
  readonly store: RedisStore;
}

/** The same for a client that there is already: another store has learned nothing yet of an outage. */
export function storeOf(redis: RedisLike, timeoutMs: number = TIMEOUT_MS): RedisStore {
  return new RedisStore({
    client: redis,
    timeoutMs,
    userId: (session) => Reflect.get(session, 'user'),
    trackCount: true,
  });
}

/** An application for each of some clients, not connected yet. */
export async function appsOf(
  clients: Record<string, Make>,
  url: string,
  timeoutMs?: number,
): Promise<Record<string, App>> {
  const apps: Record<string, App> = {};
  for (const [name, make] of Object.entries(clients)) {
    const client = await make(url);
    apps[name] = { ...client, store: storeOf(client.redis, timeoutMs) };
  }
  return apps;
}

/** Asks each application, all at once. */
export async function ofEach<Answer>(
  apps: Record<string, App>,
  ask: (app: App, name: string) => Promise<Answer>,
): Promise<Record<string, Answer>> {
  const answers = Object.entries(apps).map(async ([name, app]) => [name, await ask(app, name)]);
  return Object.fromEntries(await Promise.all(answers));
}

export function sessionOf(fields: object): SessionData {
  return Object.assign({ cookie: new Cookie() }, fields);
}

/** The error that a user sees, which comes in time. */
export async function errorOf(
  work: () => Promise<unknown>,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Error> {
  using clock = new PatientClock();
  const error: unknown = await work().then(
    () => undefined,
    (reason) => reason,
  );
  expect(clock.now).toBeLessThan(timeoutMs + LATE_MS);
  expect(error).toHaveProperty('message');
  return error as Error;
}

/** What a user sees who asks for a session: code, status and message, and the messages of what led to it. */
export async function seen({ redis }: App): Promise<string[]> {
  return shown(await errorOf(() => storeOf(redis).get('id')));
}

function shown(error: unknown): string[] {
  const { message, cause } = error as Error;
  const { code, status } = error instanceof HoldfastError ? error : {};
  const own = [code, status, message].filter((part) => part !== undefined).join(' ');
  return [own, ...(cause === undefined ? [] : shown(cause))];
}

/** How it looks that a client could not ask, for a reason of its own. */
function cannotBeAsked(said: string): string[] {
  return [
    `ERR_HOLDFAST_UNAVAILABLE 503 Redis cannot be asked: ${said}. The error events of the client tell why: whether Redis is up and can be reached, and takes its password or certificate.`,
    said,
  ];
}

const OFFLINE = cannotBeAsked('The client is offline');
const NOT_WRITEABLE = cannotBeAsked(
  "Stream isn't writeable and enableOfflineQueue options is false",
);

/** How it looks that a client lets commands wait until it is connected. */
export const TIMED_OUT: string[] = [
  `ERR_HOLDFAST_TIMEOUT 503 Redis, or an async serializer, did not answer within ${TIMEOUT_MS} milliseconds, as the option timeoutMs says. Look whether Redis is up and can be reached, and whether the client is connected, which its error events tell. What was to be written may be written later.`,
];

/** What users see while there is no connection, with the README's settings. */
export const REFUSED_AT_ONCE: Record<string, string[]> = {
  'node-redis 6': OFFLINE,
  'node-redis 5': OFFLINE,
  'node-redis 4': OFFLINE,
  'ioredis 5': NOT_WRITEABLE,
  'ioredis 6': NOT_WRITEABLE,
};

/** The same with the clients' defaults. */
export const IN_VAIN: Record<string, string[]> = {
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
      () => false,
    ),
  );
}
