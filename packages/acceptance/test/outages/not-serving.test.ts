import { freePort, type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterEach, expect, test } from '@jest/globals';
import { allClients, plainClients } from '../support/clients.ts';
import {
  type App,
  appsOf,
  IN_VAIN,
  ofEach,
  REFUSED_AT_ONCE,
  seen,
  sessionOf,
  untilServes,
  urlOf,
} from '../support/outages/apps.ts';

let server: RedisProcess;
let apps: Record<string, App>;

async function start(...options: string[]): Promise<void> {
  server = await startServer(...options);
  apps = await appsOf(allClients, urlOf(server));
}

afterEach(async () => {
  for (const { close } of Object.values(apps)) close();
  await server.stop();
});

function cannotServe(said: string, cause = said): string[] {
  const explained = `Redis is there, but cannot serve now: ${said}. It is asked again until it can.`;
  return [`ERR_HOLDFAST_UNAVAILABLE 503 ${explained}`, cause];
}

const NO_ROOM = [
  'ERR_HOLDFAST_UNAVAILABLE 503 Redis takes no more connections: ERR max number of clients reached. Raise its maxclients, or open fewer.',
  'ERR max number of clients reached',
];

/** The same for each client. */
function forEach(lines: string[]): Record<string, string[]> {
  return Object.fromEntries(Object.keys(allClients).map((name) => [name, lines]));
}

test('a replica whose master is away is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start('--replica-serve-stale-data', 'no');
  await ofEach(apps, async ({ connect, store }, name) => {
    await connect();
    await store.set(name, sessionOf({ name }));
  });
  await server.connection.replicaof('127.0.0.1', '1');
  const said = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'";
  expect(await ofEach(apps, seen)).toEqual(forEach(cannotServe(said, `${said}.`)));
  await server.connection.replicaof('NO', 'ONE');
  await ofEach(apps, async ({ store }, name) => {
    await untilServes(store);
    expect(await store.get(name)).toMatchObject({ name });
  });
});

test('a cluster that serves no slots is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start('--cluster-enabled', 'yes', '--cluster-port', String(await freePort()));
  await ofEach(apps, ({ connect }) => connect().catch(() => {}));
  const said = 'CLUSTERDOWN Hash slot not served';
  expect(await ofEach(apps, seen)).toEqual(forEach(cannotServe(said)));
  await server.connection.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  await ofEach(apps, ({ store }) => untilServes(store));
});

test('a server that loads its data is ERR_HOLDFAST_UNAVAILABLE, or makes the client wait', async () => {
  // Some five seconds for a thousand keys, between which it answers.
  await start('--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024');
  await ofEach(apps, async ({ connect, store }, name) => {
    await connect();
    await store.set(name, sessionOf({ name }));
  });
  const padding = Array.from({ length: 1000 }, (_, number) => [`key:${number}`, 'x'.repeat(100)]);
  await server.connection.mset(padding.flat());
  await server.connection.save();
  await server.kill();
  const restarted = server.restart();
  const loading = cannotServe('LOADING Redis is loading the dataset in memory');
  const expected = { ...forEach(loading), ...IN_VAIN, ...REFUSED_AT_ONCE };
  for (const name of Object.keys(expected)) if (name.startsWith('node')) expected[name] = loading;
  const answers = await ofEach(apps, async (app, name) => {
    // The client can be on its way still, with another error.
    let lines: string[] = [];
    await until(`what the user of ${name} sees`, async () => {
      lines = await seen(app);
      return lines.join() === expected[name]?.join();
    });
    return lines;
  });
  expect(answers).toEqual(expected);
  await restarted;
  await ofEach(apps, async ({ store }, name) => {
    await untilServes(store);
    expect(await store.get(name)).toMatchObject({ name });
  });
});

test('a server that is busy with a script is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start('--busy-reply-threshold', '50');
  await ofEach(apps, async ({ connect, store }, name) => {
    await connect();
    await store.set(name, sessionOf({ name }));
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
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE';
  expect(await ofEach(apps, seen)).toEqual(forEach(cannotServe(said, `${said}.`)));
  await server.connection.script('KILL');
  expect(await script).toHaveProperty('message', expect.stringMatching(/killed/));
  scripts.disconnect();
  await ofEach(apps, async ({ store }, name) => {
    await untilServes(store);
    expect(await store.get(name)).toMatchObject({ name });
  });
});

test('a server with no room for another client is ERR_HOLDFAST_UNAVAILABLE', async () => {
  await start();
  await ofEach(apps, async ({ connect, store }, name) => {
    await connect();
    await store.set(name, sessionOf({ name }));
  });
  await server.connection.config('SET', 'maxclients', '1');
  await server.connection.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  const answers = await ofEach(apps, async (app, name) => {
    await until(`${name} is away`, () =>
      app.store.get('id').then(
        () => false,
        () => true,
      ),
    );
    return seen(app);
  });
  expect(answers).toMatchObject(REFUSED_AT_ONCE);
  for (const name of Object.keys(plainClients)) {
    expect(answers[name]?.[0]).toMatch(/^ERR_HOLDFAST_(TIMEOUT|UNAVAILABLE) 503 /);
  }
  // Only this one can learn of it, and only where its command meets what the server says to a new connection.
  await until('the user of node-redis 6 by default sees it', async () => {
    const lines = await seen(apps['node-redis 6 by default'] as App);
    return lines.join() === NO_ROOM.join();
  });
  await server.connection.config('SET', 'maxclients', '100');
  await ofEach(apps, async ({ store }, name) => {
    await untilServes(store);
    expect(await store.get(name)).toMatchObject({ name });
  });
});
