import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type AppEnv, runApp, startApp, stopApps } from './app-process.ts';

afterEach(stopApps);

/** What the app prints, where it ends by itself. */
async function failure(env: AppEnv): Promise<string> {
  const app = runApp(env);
  expect(await app.ended).toBe(1);
  return app.output();
}

test('with nothing set, it prints its address and how to use a real Redis', async () => {
  const app = await startApp({});
  await app.printed('npm start -- --redis\n');
  await app.printed('HOLDFAST_CLIENT=node-redis REDIS_URL=redis://localhost:6379 npm start');
  await app.printed('HOLDFAST_CLIENT=ioredis REDIS_URL=redis://localhost:6379 npm start');
});

test.each(['node-redis', 'ioredis'])(
  'it says plainly that %s finds no Redis at the address',
  async (client) => {
    const output = await failure({
      HOLDFAST_CLIENT: client,
      REDIS_URL: 'redis://:hush@127.0.0.1:1',
    });
    expect(output).toBe(
      `Cannot reach Redis at redis://***@127.0.0.1:1 through ${client}: ECONNREFUSED. ` +
        'Start a Redis there, set REDIS_URL to another one, or set HOLDFAST_CLIENT=redis-mock to do without.\n',
    );
  },
);

test('it gives up on a server that does not answer', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const clients = ['node-redis', 'ioredis'];
  const outputs = clients.map((client) => failure({ HOLDFAST_CLIENT: client, REDIS_URL: url }));
  expect(await Promise.all(outputs)).toEqual(
    clients.map((client) =>
      expect.stringMatching(
        `^Cannot reach Redis at ${url} through ${client}: (Socket timeout|Command timed out)`,
      ),
    ),
  );
  silent.close();
});

test('it says plainly that the port is taken', async () => {
  const { url } = await startApp({});
  const { port } = new URL(url);
  expect(await failure({ PORT: port })).toBe(
    `Cannot listen on port ${port}: EADDRINUSE. Set PORT to another one, or to 0 for any.\n`,
  );
});

function isRefused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

/** A sign-in that the app has begun with, and whose form is yet to come. */
async function beginSignIn(url: string): Promise<ClientRequest> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': 8,
    expect: '100-continue',
  };
  const signIn = request(`${url}/sign-in`, { method: 'POST', headers });
  signIn.flushHeaders();
  await once(signIn, 'continue');
  return signIn;
}

describe.each([[], ['--redis'], ['--redis', '--workers', '2']])('started with %j', (...args) => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s, and on another, it finishes what it began, and ends cleanly',
    async (signal) => {
      const app = await startApp({}, args);
      // An idle connection, such as a browser keeps, does not hold it up.
      await (await fetch(app.url)).text();
      const signIn = await beginSignIn(app.url);
      app.signal(signal);
      await app.printed(`${signal}: finishing the requests under way.`);
      app.signal(signal);
      await until('it accepts no more', () => isRefused(app.url));
      signIn.end('name=Ada');
      const [response] = await once(signIn, 'response');
      expect(response.statusCode).toBe(303);
      response.resume();
      expect(await app.ended).toBe(0);
    },
  );
});

test('on Ctrl-C, which the terminal sends to each process, its Redis waits for the requests under way', async () => {
  const app = await startApp({}, ['--redis', '--workers', '2'], true);
  const signIn = await beginSignIn(app.url);
  app.signalAll('SIGINT');
  await app.printed('SIGINT: finishing the requests under way.');
  signIn.end('name=Ada');
  const [response] = await once(signIn, 'response');
  expect(response.statusCode).toBe(303);
  response.resume();
  expect(await app.ended).toBe(0);
});
