import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '@holdfast/test-servers';
import { afterEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type AppEnv, startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

afterEach(stopApps);

/** The app with a Redis of its own, and the port of that. */
async function start(env: AppEnv, ...args: string[]) {
  const app = await startApp(env, ['--redis', ...args]);
  const [, port] = app.output().match(/redis:\/\/127\.0\.0\.1:(\d+), through/) ?? [];
  return { app, port: Number(port) };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const isGone = (port: number): Promise<void> =>
  until('Redis is gone', async () => !(await isListening(port)));

test.each(['node-redis', 'ioredis'])(
  '%s has its sessions there, and its page says so',
  async (client) => {
    const { app, port } = await start({ HOLDFAST_CLIENT: client });
    const browser = new Browser();
    await browser.submit(`${app.url}/sign-in`, { name: 'Ada' });
    const { text } = await browser.open(app.url);
    expect(text).toContain('Signed in as <strong>Ada</strong>. Visits since then: 1.');
    expect(text).toContain(`<dd>redis://127.0.0.1:${port}, started by this app</dd>`);
    expect(text).toContain('<a href="/outage">');
  },
);

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'on %s, it ends with the app',
  async (signal) => {
    const { app, port } = await start({});
    expect(await isListening(port)).toBe(true);
    app.signal(signal);
    expect(await app.ended).toBe(0);
    await isGone(port);
  },
);

test('it ends with an app that crashes', async () => {
  const crash = "process.on('SIGUSR2',()=>{throw(1)})";
  const { app, port } = await start({ NODE_OPTIONS: `--import=data:text/javascript,${crash}` });
  expect(await isListening(port)).toBe(true);
  app.signal('SIGUSR2');
  expect(await app.ended).not.toBe(0);
  await isGone(port);
});

test('where it dies, the app says so and ends, too', async () => {
  const { app, port } = await start({}, '--workers', '2');
  const redis = new Redis(port, { retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.shutdown('NOSAVE').catch(() => {});
  redis.disconnect();
  await app.printed('The Redis that the app had started has ended, and all sessions with it.');
  expect(await app.ended).toBe(1);
});

test('where the app uses a Redis that was there, it has no page for an outage', async () => {
  const { url } = await startApp({});
  expect((await new Browser().open(url)).text).not.toContain('href="/outage"');
});
