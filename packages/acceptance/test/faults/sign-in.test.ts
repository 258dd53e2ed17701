import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { allClients, plainClients, recommendedClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  ofEach,
  REFUSED_AT_ONCE,
  seen,
  TIMED_OUT,
  untilServes,
  urlOf,
} from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

let server: RedisProcess;
let apps: Record<string, App> = {};

beforeAll(async () => {
  server = await startServer();
});
afterEach(async () => {
  for (const { close } of Object.values(apps)) close();
  await server.connection.config('SET', 'requirepass', '');
});
afterAll(() => server.stop());

/** They accept a connection without a password, and learn from each command that Redis does not. */
const UNAWARE = ['node-redis 5', 'node-redis 4', 'node-redis 4 by default'];

const NO_PASSWORD = /NOAUTH .+/;
const WRONG_PASSWORD = /(?:WRONGPASS invalid username-password pair.*|NOAUTH .+)/;

/** Expects what the client's settings let through: the refusal of Redis, or a timeout. */
function expectRefused(lines: string[] | undefined, said: RegExp): void {
  if (lines?.[0] === TIMED_OUT[0]) return;
  expect(lines).toEqual(['ERR_HOLDFAST_UNAUTHENTICATED', expect.stringMatching(said)]);
}

test('a missing password is ERR_HOLDFAST_UNAUTHENTICATED', async () => {
  await server.connection.config('SET', 'requirepass', 'right');
  apps = await appsOf(allClients, urlOf(server));
  await ofEach(apps, async ({ connect, errors }, name) => {
    const connected = connect().catch(() => {});
    if (UNAWARE.includes(name)) await connected;
    else await until(`${name} emits an error`, () => errors.length > 0);
  });
  for (const [name, lines] of Object.entries(await ofEach(apps, seen))) {
    if (name in plainClients || UNAWARE.includes(name)) expectRefused(lines, NO_PASSWORD);
    else expect(lines).toEqual(REFUSED_AT_ONCE[name]);
  }
  await server.connection.config('SET', 'requirepass', '');
  await ofEach(apps, ({ store }) => untilServes(store));
});

test('a wrong password is an error event, and ERR_HOLDFAST_UNAUTHENTICATED if the client lets commands wait', async () => {
  await server.connection.config('SET', 'requirepass', 'right');
  apps = await appsOf(allClients, urlOf(server, ':wrong@'));
  await ofEach(apps, async ({ connect, errors }, name) => {
    connect().catch(() => {});
    await until(`${name} emits an error`, () => errors.length > 0);
    expect(errors[0]?.message).toMatch(/^WRONGPASS invalid username-password pair/);
  });
  const results = await ofEach(apps, seen);
  expect(results).toMatchObject(REFUSED_AT_ONCE);
  for (const name of Object.keys(plainClients)) expectRefused(results[name], WRONG_PASSWORD);
  await server.connection.config('SET', 'requirepass', 'wrong');
  await ofEach(apps, ({ store }) => untilServes(store));
});

test('a password change on the server loses nothing, and the store serves again when it is reverted', async () => {
  await server.connection.config('SET', 'requirepass', 'right');
  apps = await appsOf(recommendedClients, urlOf(server, ':right@'));
  await ofEach(apps, async ({ connect, patient }, name) => {
    await connect();
    await patient.set(name, sessionOf({ name }));
  });
  await server.connection.config('SET', 'requirepass', 'another');
  await server.connection.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await ofEach(apps, async ({ errors }, name) => {
    await until(
      `${name} emits an error`,
      () => errors.some(({ message }) => /^WRONGPASS/.test(message)) || errors,
    );
  });
  expect(await ofEach(apps, seen)).toEqual(REFUSED_AT_ONCE);
  await server.connection.config('SET', 'requirepass', 'right');
  await ofEach(apps, async ({ store, patient }, name) => {
    await untilServes(store);
    expect(await patient.get(name)).toMatchObject({ name });
  });
});
