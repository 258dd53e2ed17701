import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type AppEnv, REAL_TIMERS, runApp, sharedApp, startApp, stopApps } from './app-process.ts';
import { beginSignIn, expectCleanStop } from './clean-stop.ts';

const CLIENTS = ['node-redis', 'ioredis'];

/** Returns what the app prints if it does not start. */
async function failure(env: AppEnv): Promise<string> {
  const app = runApp(env);
  expect(await app.ended).toBe(1);
  return app.output();
}

describe('with no options', () => {
  const shared = sharedApp({});

  test('it prints its address and how to use a real Redis', async () => {
    await shared.app.printed('npm start -- --redis\n');
    for (const client of CLIENTS) {
      const env = `HOLDFAST_CLIENT=${client} REDIS_URL=redis://localhost:6379`;
      await shared.app.printed(`${env} npm start`);
    }
  });

  test('a second one says that the port is taken', async () => {
    const { port } = new URL(shared.app.url);
    expect(await failure({ PORT: port })).toBe(
      `Cannot listen on port ${port}: EADDRINUSE. Set PORT to another port, or to 0 for any free one.\n`,
    );
  });
});

test.each(CLIENTS)('it says that %s finds no Redis at the address', async (client) => {
  const env = { HOLDFAST_CLIENT: client, REDIS_URL: 'redis://:hush@127.0.0.1:1' };
  expect(await failure(env)).toBe(
    `Cannot reach Redis at redis://***@127.0.0.1:1 through ${client}: ECONNREFUSED. ` +
      'Start a Redis there, set REDIS_URL to another one, or set HOLDFAST_CLIENT=redis-mock to use none.\n',
  );
});

describe('with a Redis that needs a password', () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startServer();
    await redis.connection.config('SET', 'requirepass', 'right');
  });
  afterAll(() => redis.stop());

  test.each(CLIENTS)('it says that %s has a wrong one, or none', async (client) => {
    const address = `127.0.0.1:${redis.port}`;
    const advice =
      'Redis is there, but refuses the user or the password. Put the right ones into REDIS_URL, as in redis://user:password@host:6379.\n';
    for (const [url, shown] of [
      [`redis://:wrong@${address}`, `redis://***@${address}`],
      [`redis://${address}`, `redis://${address}`],
    ] as const) {
      const printed = await failure({ HOLDFAST_CLIENT: client, REDIS_URL: url });
      expect(printed).toContain(`Cannot reach Redis at ${shown} through ${client}: `);
      expect(printed).toMatch(/WRONGPASS|NOAUTH/);
      expect(printed.endsWith(advice)).toBe(true);
    }
  });
});

test('it gives up on a server that does not respond', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const outputs = CLIENTS.map((client) =>
    failure({ HOLDFAST_CLIENT: client, REDIS_URL: url, ...REAL_TIMERS }),
  );
  // Which time limit ends first depends on the client.
  const reasons = '(Socket timeout|Command timed out|no response within 5 s)';
  expect(await Promise.all(outputs)).toEqual(
    CLIENTS.map((client) =>
      expect.stringMatching(`^Cannot reach Redis at ${url} through ${client}: ${reasons}`),
    ),
  );
  silent.close();
});

describe('it finishes what it began, and ends with its Redis,', () => {
  afterEach(stopApps);

  test.each<[NodeJS.Signals, string[]]>([
    ['SIGTERM', []],
    ['SIGINT', ['--redis']],
    ['SIGHUP', ['--redis']],
    ['SIGTERM', ['--redis', '--workers', '2']],
  ])('on two %s, started with %j', (signal, args) => expectCleanStop(args, signal));

  test('on Ctrl-C, which a terminal sends to all of its processes', async () => {
    const app = await startApp({}, ['--redis', '--workers', '2'], true);
    const signIn = await beginSignIn(app.url);
    app.signalAll('SIGINT');
    await app.printed('SIGINT: finishing the open requests.');
    expect((await signIn.finish()).statusCode).toBe(303);
    expect(await app.ended).toBe(0);
  });
});
