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

test('the command line goes before the environment', async () => {
  const env = { HOLDFAST_CLIENT: 'ioredis', PORT: '1' };
  const { url } = await startApp(env, ['--client', 'redis-mock', '--port', '0']);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ client: 'redis-mock' });
});

test('a variable that is empty counts as not set', async () => {
  const env = { HOLDFAST_CLIENT: '', REDIS_URL: '', TRUST_PROXY: '', SESSION_SECRET: '' };
  const app = await startApp(env);
  await app.printed('Warning: SESSION_SECRET is not set');
  expect(await (await fetch(`${app.url}/health`)).json()).toMatchObject({ client: 'redis-mock' });
});

/** An address of Redis, with what is said of it. */
const refusedUrl = (said: string): string =>
  `The address of Redis, by --redis-url or REDIS_URL, is "${said}". Accepted: redis://… or rediss://…`;

const CLIENTS = 'Allowed choices are node-redis, ioredis, redis-mock.';
const NO_SERVER =
  'Cannot start a Redis for the app: redis-server ENOENT. Install redis-server, or name a Redis by';
const PORTS = 'Accepted: a whole number from 0 to 65535.';

test.each<[AppEnv, string[], string]>([
  [{ HOLDFAST_CLIENT: 'redis' }, [], `'redis' from env 'HOLDFAST_CLIENT' is invalid. ${CLIENTS}`],
  [{}, ['--client', 'toString'], `'--client <name>' argument 'toString' is invalid. ${CLIENTS}`],
  [{ PORT: '65536' }, [], `'65536' from env 'PORT' is invalid. ${PORTS}`],
  [{}, ['--port', '-1'], `'--port <n>' argument '-1' is invalid. ${PORTS}`],
  [{}, ['--port', '3000.5'], `'--port <n>' argument '3000.5' is invalid. ${PORTS}`],
  [{}, ['--workers', '0'], "'--workers <n>' argument '0' is invalid. Accepted: a whole number"],
  [{ TRUST_PROXY: 'true' }, [], "'true' from env 'TRUST_PROXY' is invalid. Accepted: a whole"],
  [{ REDIS_URL: 'localhost:6379' }, [], refusedUrl('localhost:6379')],
  [{ REDIS_URL: 'redis://localhost/db' }, [], refusedUrl('redis://localhost/db')],
  [{ REDIS_URL: 'http://ada:hush@localhost' }, [], refusedUrl('http://***@localhost')],
  [{}, ['--redis-url', ':hush@localhost'], refusedUrl('***@localhost')],
  [{ REDIS_URL: 'redis://ada:hu@sh/@h?password=hush' }, [], refusedUrl('redis://***@h')],
  [{ REDIS_URL: 'redis://:hush@h' }, ['--redis'], "'--redis' cannot be used with environment"],
  [{}, ['--redis', '--client', 'redis-mock'], '--redis starts a Redis, but redis-mock has'],
  [
    { HOLDFAST_CLIENT: 'redis-mock' },
    ['--workers', '2'],
    '--workers is 2, but redis-mock has its sessions in the memory of one process.',
  ],
  [{ PATH: '/nowhere' }, ['--redis'], NO_SERVER],
  [{ PATH: '/nowhere' }, ['--workers', '2'], NO_SERVER],
  [
    { NODE_ENV: 'production' },
    [],
    'SESSION_SECRET is not set. With NODE_ENV=production, none is made',
  ],
  [{}, ['--secret', 'hush-hush'], "unknown option '--secret'"],
])('refuses %j %j', async (env, args, message) => {
  const app = runApp(env, args);
  expect(await app.ended).toBe(1);
  expect(app.output()).toContain(message);
  expect(app.output().trimEnd()).not.toMatch(/\n|hu@?sh/);
});

test('more than one process get a Redis to share, where none is named', async () => {
  const app = await startApp({}, ['--workers', '2']);
  await app.printed('That Redis was started for them');
  expect(await (await fetch(`${app.url}/health`)).json()).toEqual({
    status: 'ok',
    client: 'node-redis',
  });
});
