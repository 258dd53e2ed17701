import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { allClients, plainClients, recommendedClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  ofEach,
  REFUSED_AT_ONCE,
  seen,
  sessionOf,
  TIMED_OUT,
  untilServes,
  urlOf,
} from '../support/outages/apps.ts';

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

function notLetIn(said: RegExp): string[] {
  const explained = `Redis does not let the client in: ${said.source}\\. Give the client the username and the password that Redis knows\\.`;
  return [`^ERR_HOLDFAST_UNAUTHENTICATED ${explained}$`, said.source];
}

/** They take a connection without a password for a good one, and learn from each command that it is not. */
const UNAWARE = ['node-redis 5', 'node-redis 4', 'node-redis 4 by default'];

const NO_PASSWORD = /NOAUTH .+/;
const WRONG_PASSWORD = /(?:WRONGPASS invalid username-password pair or user is disabled|NOAUTH .+)/;

/** Expects a user to see what the client's own settings let through: the refusal, or that it comes to nothing. */
function expectRefused(lines: string[] | undefined, said: RegExp): void {
  if (lines?.[0] === TIMED_OUT[0]) return;
  const [error = '', cause = ''] = notLetIn(said);
  expect(lines).toEqual([expect.stringMatching(error), expect.stringMatching(cause)]);
}

test('no password, where there must be one, is ERR_HOLDFAST_UNAUTHENTICATED', async () => {
  await server.connection.config('SET', 'requirepass', 'right');
  apps = await appsOf(allClients, urlOf(server));
  await ofEach(apps, async ({ connect, errors }, name) => {
    const connected = connect().catch(() => {});
    if (UNAWARE.includes(name)) await connected;
    else await until(`${name} is told`, () => errors.length > 0);
  });
  for (const [name, lines] of Object.entries(await ofEach(apps, seen))) {
    if (name in plainClients || UNAWARE.includes(name)) expectRefused(lines, NO_PASSWORD);
    else expect(lines).toEqual(REFUSED_AT_ONCE[name]);
  }
  await server.connection.config('SET', 'requirepass', '');
  await ofEach(apps, ({ store }) => untilServes(store));
});

test('a wrong password is told by the client, and is ERR_HOLDFAST_UNAUTHENTICATED where it lets commands wait', async () => {
  await server.connection.config('SET', 'requirepass', 'right');
  apps = await appsOf(allClients, urlOf(server, ':wrong@'));
  await ofEach(apps, async ({ connect, errors }, name) => {
    connect().catch(() => {});
    await until(`${name} is told`, () => errors.length > 0);
    expect(errors[0]?.message).toMatch(/^WRONGPASS invalid username-password pair/);
  });
  const answers = await ofEach(apps, seen);
  expect(answers).toMatchObject(REFUSED_AT_ONCE);
  for (const name of Object.keys(plainClients)) expectRefused(answers[name], WRONG_PASSWORD);
  await server.connection.config('SET', 'requirepass', 'wrong');
  await ofEach(apps, ({ store }) => untilServes(store));
});

test('a password that is changed under way loses nothing, and serves again when it is the same', async () => {
  await server.connection.config('SET', 'requirepass', 'right');
  apps = await appsOf(recommendedClients, urlOf(server, ':right@'));
  await ofEach(apps, async ({ connect, store }, name) => {
    await connect();
    await store.set(name, sessionOf({ name }));
  });
  await server.connection.config('SET', 'requirepass', 'another');
  await server.connection.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await ofEach(apps, async ({ errors }, name) => {
    await until(`${name} is told`, () => errors.some(({ message }) => /^WRONGPASS/.test(message)));
  });
  expect(await ofEach(apps, seen)).toEqual(REFUSED_AT_ONCE);
  await server.connection.config('SET', 'requirepass', 'right');
  await ofEach(apps, async ({ store }, name) => {
    await untilServes(store);
    expect(await store.get(name)).toMatchObject({ name });
  });
});
