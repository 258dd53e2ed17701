import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
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
  await app.printed('HOLDFAST_CLIENT=node-redis REDIS_URL=redis://localhost:6379 npm start');
  await app.printed('HOLDFAST_CLIENT=ioredis REDIS_URL=redis://localhost:6379 npm start');
});

test.each<[AppEnv, string]>([
  [
    { HOLDFAST_CLIENT: 'redis' },
    'HOLDFAST_CLIENT is "redis". Accepted: node-redis, ioredis, redis-mock.',
  ],
  [
    { HOLDFAST_CLIENT: 'toString' },
    'HOLDFAST_CLIENT is "toString". Accepted: node-redis, ioredis, redis-mock.',
  ],
  [{ PORT: '65536' }, 'PORT is "65536". Accepted: a number from 0 to 65535.'],
  [{ PORT: 'http' }, 'PORT is "http". Accepted: a number from 0 to 65535.'],
  [
    { REDIS_URL: 'localhost:6379' },
    'REDIS_URL is "localhost:6379". Accepted: redis://… or rediss://…',
  ],
  [
    { REDIS_URL: 'redis://localhost/db' },
    'REDIS_URL is "redis://localhost/db". Accepted: redis://…',
  ],
  [
    { REDIS_URL: 'http://ada:hush@localhost' },
    'REDIS_URL is "http://***@localhost". Accepted: redis://…',
  ],
  [{ REDIS_URL: ':hush@localhost' }, 'REDIS_URL is "***@localhost". Accepted: redis://…'],
  [
    { REDIS_URL: 'redis://ada:hu@sh/@h?password=hush' },
    'REDIS_URL is "redis://***@h". Accepted: redis://…',
  ],
])('refuses %j', async (env, message) => {
  const output = await failure(env);
  expect(output).toContain(message);
  expect(output.trimEnd()).not.toMatch(/\n|hu@?sh/);
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

test.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s, and on another, it finishes what it began, and ends cleanly',
  async (signal) => {
    const app = await startApp({});
    // An idle connection, such as a browser keeps, does not hold it up.
    await (await fetch(app.url)).text();
    const signIn = await beginSignIn(app.url);
    app.signal(signal);
    await app.printed(`${signal}: finishing the requests under way.`);
    app.signal(signal);
    await expect(fetch(app.url)).rejects.toThrow('fetch failed');
    signIn.end('name=Ada');
    const [response] = await once(signIn, 'response');
    expect(response.statusCode).toBe(303);
    response.resume();
    expect(await app.ended).toBe(0);
  },
);
