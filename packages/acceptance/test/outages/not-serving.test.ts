import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterEach, expect, test } from '@jest/globals';
import { allClients, plainClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  ofEach,
  REFUSED_AT_ONCE,
  seen,
  seenInReply,
  untilServes,
  urlOf,
  WAITING,
} from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

let server: RedisProcess;
let apps: Record<string, App> = {};

async function start(...options: string[]): Promise<void> {
  server = await startServer(...options);
  apps = await appsOf(allClients, urlOf(server));
}

afterEach(async () => {
  for (const { close } of Object.values(apps)) close();
  await server.stop();
});

function unavailable(said: string): string[] {
  return ['ERR_HOLDFAST_UNAVAILABLE 503', said];
}

/** So many that loading them outlasts the test. */
const KEYS = 30_000;

const NO_ROOM = unavailable('ERR max number of clients reached');

/** The same for each client. */
function forEach(lines: string[]): Record<string, string[]> {
  return Object.fromEntries(Object.keys(allClients).map((name) => [name, lines]));
}

test('a replica whose master is away is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start('--replica-serve-stale-data', 'no');
  await ofEach(apps, async ({ connect, patient }, name) => {
    await connect();
    await patient.set(name, sessionOf({ name }));
  });
  await server.connection.replicaof('127.0.0.1', '1');
  const said = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
  expect(await ofEach(apps, seenInReply)).toEqual(forEach(unavailable(said)));
  await server.connection.replicaof('NO', 'ONE');
  await ofEach(apps, async ({ store, patient }, name) => {
    await untilServes(store);
    expect(await patient.get(name)).toMatchObject({ name });
  });
});

test('a cluster that serves no slots is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start('--cluster-enabled', 'yes');
  await ofEach(apps, ({ connect }) => connect().catch(() => {}));
  const said = 'CLUSTERDOWN Hash slot not served';
  expect(await ofEach(apps, seenInReply)).toEqual(forEach(unavailable(said)));
  await server.connection.call('CLUSTER', 'ADDSLOTS', ...Array(16_384).keys());
  await ofEach(apps, ({ store }) => untilServes(store));
});

test('a server that loads its data is ERR_HOLDFAST_UNAVAILABLE, or makes the client wait', async () => {
  // It takes minutes to load, and replies between keys.
  await start('--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024');
  await ofEach(apps, async ({ connect, patient }, name) => {
    await connect();
    await patient.set(name, sessionOf({ name }));
  });
  const padding = Array.from({ length: KEYS }, (_, number) => [`key:${number}`, 'x'.repeat(100)]);
  await server.connection.mset(padding.flat());
  await server.connection.save();
  await server.kill();
  const restarted = server.restart();
  const loading = unavailable('LOADING Redis is loading the dataset in memory');
  const expected = { ...forEach(loading), ...WAITING, ...REFUSED_AT_ONCE };
  for (const name of Object.keys(expected)) if (name.startsWith('node')) expected[name] = loading;
  const results = await ofEach(apps, async (app, name) => {
    // The client may still be reconnecting, with another error.
    let lines: string[] = [];
    await until(`what the user of ${name} sees`, async () => {
      lines = await seen(app);
      return lines.join() === expected[name]?.join() || lines;
    });
    return lines;
  });
  expect(results).toEqual(expected);
  const other = server.connection.duplicate({ enableReadyCheck: false });
  await other.config('SET', 'key-load-delay', '0');
  other.disconnect();
  await restarted;
  await ofEach(apps, async ({ store, patient }, name) => {
    await untilServes(store);
    expect(await patient.get(name)).toMatchObject({ name });
  });
});

test('a server that is busy with a script is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start('--busy-reply-threshold', '50');
  await ofEach(apps, async ({ connect, patient }, name) => {
    await connect();
    await patient.set(name, sessionOf({ name }));
  });
  const scripts = server.connection.duplicate();
  const script = scripts.eval('while true do end', 0).catch((error: Error) => error);
  await until('the server says that it is busy', () =>
    server.connection.ping().then(
      () => false,
      (error: Error) => error.message.startsWith('BUSY'),
    ),
  );
  const said =
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';
  expect(await ofEach(apps, seenInReply)).toEqual(forEach(unavailable(said)));
  await server.connection.script('KILL');
  expect(await script).toHaveProperty('message', expect.stringMatching(/killed/));
  scripts.disconnect();
  await ofEach(apps, async ({ store, patient }, name) => {
    await untilServes(store);
    expect(await patient.get(name)).toMatchObject({ name });
  });
});

test('a server with no room for another client is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start();
  await ofEach(apps, async ({ connect, patient }, name) => {
    await connect();
    await patient.set(name, sessionOf({ name }));
  });
  await server.connection.config('SET', 'maxclients', '1');
  await server.connection.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  const results = await ofEach(apps, async (app, name) => {
    await until(`${name} is away`, () =>
      app.store.get('id').then(
        () => false,
        () => true,
      ),
    );
    return seen(app);
  });
  expect(results).toMatchObject(REFUSED_AT_ONCE);
  for (const name of Object.keys(plainClients)) {
    expect(results[name]?.[0]).toMatch(/^ERR_HOLDFAST_(TIMEOUT|UNAVAILABLE) 503$/);
  }
  // Only this one can see it, and only if its command meets what the server says to a new connection.
  await until('the user of node-redis 6 by default sees it', async () => {
    const lines = await seen(apps['node-redis 6 by default'] as App);
    return lines.join() === NO_ROOM.join() || lines;
  });
  await server.connection.config('SET', 'maxclients', '100');
  await ofEach(apps, async ({ store, patient }, name) => {
    await untilServes(store);
    expect(await patient.get(name)).toMatchObject({ name });
  });
});
