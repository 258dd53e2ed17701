import { afterEach, expect, test } from '@jest/globals';
import { type AppEnv, runApp, startApp, stopApps } from './app-process.ts';

afterEach(stopApps);

test('--help names each option and each variable', async () => {
  const app = runApp({}, ['--help']);
  expect(await app.ended).toBe(0);
  for (const name of [
    ...['--client', '--redis-url', '--redis ', '--workers', '--port', '--trust-proxy'],
    ...['HOLDFAST_CLIENT', 'REDIS_URL', 'PORT', 'TRUST_PROXY', 'SESSION_SECRET'],
  ]) {
    expect(app.output()).toContain(name);
  }
});

test('the command line takes precedence over the environment', async () => {
  const env = { HOLDFAST_CLIENT: 'ioredis', PORT: '1' };
  const { url } = await startApp(env, ['--client', 'redis-mock', '--port', '0']);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ client: 'redis-mock' });
});

test('an empty variable counts as unset', async () => {
  const env = { HOLDFAST_CLIENT: '', REDIS_URL: '', TRUST_PROXY: '', SESSION_SECRET: '' };
  const app = await startApp(env);
  await app.printed('Warning: SESSION_SECRET is not set');
  expect(await (await fetch(`${app.url}/health`)).json()).toMatchObject({ client: 'redis-mock' });
});

/** Returns the error for a URL of Redis. */
const wrongUrl = (shown: string): string =>
  `The URL of Redis in --redis-url or REDIS_URL is "${shown}". Use redis://… or rediss://…`;

const CLIENTS = 'Allowed choices are node-redis, ioredis, redis-mock.';
const NO_SERVER =
  'Cannot start a Redis for the app: redis-server ENOENT. Install redis-server, or set --redis-url';
const PORTS = 'Use a whole number from 0 to 65535.';

test.each<[AppEnv, string[], string]>([
  [{ HOLDFAST_CLIENT: 'redis' }, [], `'redis' from env 'HOLDFAST_CLIENT' is invalid. ${CLIENTS}`],
  [{}, ['--client', 'toString'], `'--client <name>' argument 'toString' is invalid. ${CLIENTS}`],
  [{ PORT: '65536' }, [], `'65536' from env 'PORT' is invalid. ${PORTS}`],
  [{}, ['--port', '-1'], `'--port <n>' argument '-1' is invalid. ${PORTS}`],
  [{}, ['--port', '3000.5'], `'--port <n>' argument '3000.5' is invalid. ${PORTS}`],
  [{}, ['--workers', '0'], "'--workers <n>' argument '0' is invalid. Use a whole number"],
  [{ TRUST_PROXY: 'true' }, [], "'true' from env 'TRUST_PROXY' is invalid. Use a whole"],
  [{ REDIS_URL: 'localhost:6379' }, [], wrongUrl('localhost:6379')],
  [{ REDIS_URL: 'redis://localhost/db' }, [], wrongUrl('redis://localhost/db')],
  [{ REDIS_URL: 'http://ada:hush@localhost' }, [], wrongUrl('http://***@localhost')],
  [{}, ['--redis-url', ':hush@localhost'], wrongUrl('***@localhost')],
  [{ REDIS_URL: 'redis://ada:hu@sh/@h?password=hush' }, [], wrongUrl('redis://***@h')],
  [{ REDIS_URL: 'redis://:hush@h' }, ['--redis'], "'--redis' cannot be used with environment"],
  [{}, ['--redis', '--client', 'redis-mock'], '--redis starts a Redis, but redis-mock stores'],
  [
    { HOLDFAST_CLIENT: 'redis-mock' },
    ['--workers', '2'],
    '--workers is 2, but redis-mock stores sessions in the memory of one process.',
  ],
  [{ PATH: '/nowhere' }, ['--redis'], NO_SERVER],
  [{ PATH: '/nowhere' }, ['--workers', '2'], NO_SERVER],
  [
    { NODE_ENV: 'production' },
    [],
    'SESSION_SECRET is not set. If NODE_ENV is production, the app does not pick a random one',
  ],
  [{}, ['--secret', 'hush-hush'], "unknown option '--secret'"],
])('refuses %j %j with one line that shows no password', async (env, args, message) => {
  const app = runApp(env, args);
  expect(await app.ended).toBe(1);
  expect(app.output()).toContain(message);
  expect(app.output().trimEnd()).not.toMatch(/\n|hu@?sh/);
});
