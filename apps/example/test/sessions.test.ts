import { expect, test } from '@jest/globals';
import { sharedApp, startApp } from './app-process.ts';
import { Browser, sessionId } from './browser.ts';
import { sharedRedis } from './shared-redis.ts';

const SESSION_SECRET = 'the same for every process';

const server = sharedRedis();

const envOf = (client: string) => ({
  HOLDFAST_CLIENT: client,
  REDIS_URL: server.redis.url,
  SESSION_SECRET,
});
const onNodeRedis = sharedApp(() => envOf('node-redis'));
const onIoredis = sharedApp(() => envOf('ioredis'));

test.each([
  ['node-redis', onNodeRedis],
  ['ioredis', onIoredis],
])(
  'with %s, a session outlives the process, and ends with the sign-out',
  async (client, { app: second }) => {
    const browser = new Browser();
    const first = await startApp(envOf(client));
    await browser.submit(`${first.url}/sign-in`, { name: 'Ada' });
    await browser.submit(`${first.url}/basket/add`, { product: 'tea' });
    const before = await browser.open(first.url);
    expect(before.text).toContain('Signed in as <strong>Ada</strong>. Visits since then: 1.');
    expect(await first.stop()).toBe(0);

    const after = await browser.open(second.url);
    expect(after.text).toContain('Signed in as <strong>Ada</strong>. Visits since then: 2.');
    expect(after.text).toContain('<span>Tea: 1</span>');
    const { cookie } = browser;
    expect(await server.redis.raw('EXISTS', `sess:${sessionId(cookie)}`)).toBe(1);

    await browser.submit(`${second.url}/sign-out`);
    expect(browser.cookie).toBe('');
    expect(await server.redis.raw('EXISTS', `sess:${sessionId(cookie)}`)).toBe(0);
    browser.cookie = cookie;
    const gone = await browser.open(second.url);
    expect(gone.text).not.toContain('Signed in');
    expect(gone.text).toContain('It is empty.');
  },
);

test('node-redis and ioredis share sessions', async () => {
  const [nodeRedis, ioredis] = [onNodeRedis.app, onIoredis.app];
  expect(nodeRedis.output()).toContain('through node-redis.');
  expect(ioredis.output()).toContain('through ioredis.');
  const browser = new Browser();
  await browser.submit(`${nodeRedis.url}/sign-in`, { name: 'Ada' });
  await browser.submit(`${nodeRedis.url}/basket/add`, { product: 'bread' });
  const { cookie } = browser;
  for (const [index, { url }] of [ioredis, nodeRedis, ioredis].entries()) {
    await browser.submit(`${url}/basket/add`, { product: 'bread' });
    const { text } = await browser.open(url);
    expect(text).toContain(`Signed in as <strong>Ada</strong>. Visits since then: ${index + 1}.`);
    expect(text).toContain(`<span>Bread: ${index + 2}</span>`);
  }
  expect(browser.cookie).toBe(cookie);
});

test('without SESSION_SECRET, each process has its own secret, and warns about that', async () => {
  const env = { REDIS_URL: server.redis.url };
  const [one, other] = await Promise.all([startApp(env), startApp(env)]);
  await one.printed('Warning: SESSION_SECRET is not set');
  const browser = new Browser();
  await browser.submit(`${one.url}/sign-in`, { name: 'Ada' });
  expect((await browser.open(one.url)).text).toContain('Signed in');
  expect((await browser.open(other.url)).text).not.toContain('Signed in');
  // REDIS_URL alone selects node-redis.
  expect(await (await fetch(`${one.url}/health`)).json()).toMatchObject({ client: 'node-redis' });
});
