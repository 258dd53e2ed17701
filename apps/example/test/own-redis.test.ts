import { describe, expect, test } from '@jest/globals';
import { type App, sharedApp } from './app-process.ts';
import { Browser } from './browser.ts';
import { isListening, redisPortOf, shutDown, untilGone } from './own-redis.ts';

async function expectSessionsInOwnRedis(app: App): Promise<void> {
  const browser = new Browser();
  await browser.submit(`${app.url}/sign-in`, { name: 'Ada' });
  const { text } = await browser.open(app.url);
  expect(text).toContain('Signed in as <strong>Ada</strong>. Visits since then: 1.');
  const port = redisPortOf(app.output());
  expect(text).toContain(`<dd>redis://127.0.0.1:${port}, started by this app</dd>`);
  expect(text).toContain('<a href="/outage">');
}

const CRASH = "process.on('SIGUSR2',()=>{throw(1)})";

describe('an app that starts a Redis for node-redis', () => {
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${CRASH}` };
  const shared = sharedApp(env, ['--redis']);

  test('stores its sessions there, and its page says so', () =>
    expectSessionsInOwnRedis(shared.app));

  test('takes it along when it crashes', async () => {
    const port = Number(redisPortOf(shared.app.output()));
    expect(await isListening(port)).toBe(true);
    shared.app.signal('SIGUSR2');
    expect(await shared.app.ended).not.toBe(0);
    await untilGone(port);
  });
});

describe('an app that starts a Redis for ioredis', () => {
  const shared = sharedApp({ HOLDFAST_CLIENT: 'ioredis' }, ['--redis']);

  test('stores its sessions there, and its page says so', () =>
    expectSessionsInOwnRedis(shared.app));

  test('says that its Redis has died, and ends', async () => {
    await shutDown(Number(redisPortOf(shared.app.output())));
    await shared.app.printed('The Redis server of the app has ended, and all sessions with it.');
    expect(await shared.app.ended).toBe(1);
  });
});
