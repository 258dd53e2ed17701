import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { Browser, sessionId } from './browser.ts';

const SESSION_SECRET = 'the same for every process';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(stopApps);
afterAll(() => redis.stop());

const start = (client: string) =>
  startApp({ HOLDFAST_CLIENT: client, REDIS_URL: redis.url, SESSION_SECRET });

describe.each(['node-redis', 'ioredis'])('with %s', (client) => {
  test('a sign-in outlives the process and ends with the sign-out', async () => {
    const browser = new Browser();
    const first = await start(client);
    await browser.submit(`${first.url}/sign-in`, { name: 'Ada' });
    await browser.submit(`${first.url}/basket/add`, { product: 'tea' });
    const before = await browser.open(first.url);
    expect(before.text).toContain('Signed in as <strong>Ada</strong>. Visits since then: 1.');
    expect(await first.stop()).toBe(0);

    const second = await start(client);
    const after = await browser.open(second.url);
    expect(after.text).toContain('Signed in as <strong>Ada</strong>. Visits since then: 2.');
    expect(after.text).toContain('<span>Tea: 1</span>');
    const { cookie } = browser;
    expect(await redis.raw('EXISTS', `sess:${sessionId(cookie)}`)).toBe(1);

    await browser.submit(`${second.url}/sign-out`);
    expect(browser.cookie).toBe('');
    expect(await redis.raw('EXISTS', `sess:${sessionId(cookie)}`)).toBe(0);
    browser.cookie = cookie;
    const gone = await browser.open(second.url);
    expect(gone.text).not.toContain('Signed in');
    expect(gone.text).toContain('It is empty.');
  });
});

test('node-redis and ioredis take over from each other on the same sessions', async () => {
  const browser = new Browser();
  let app = await start('node-redis');
  await browser.submit(`${app.url}/sign-in`, { name: 'Ada' });
  await browser.submit(`${app.url}/basket/add`, { product: 'bread' });
  const { cookie } = browser;

  for (const [visits, client] of ['ioredis', 'node-redis', 'ioredis'].entries()) {
    await app.stop();
    app = await start(client);
    await browser.submit(`${app.url}/basket/add`, { product: 'bread' });
    const { text } = await browser.open(app.url);
    expect(app.output()).toContain(`through ${client}.`);
    expect(text).toContain(`Signed in as <strong>Ada</strong>. Visits since then: ${visits + 1}.`);
    expect(text).toContain(`<span>Bread: ${visits + 2}</span>`);
  }
  expect(browser.cookie).toBe(cookie);
});

test('REDIS_URL alone means node-redis', async () => {
  const app = await startApp({ REDIS_URL: redis.url });
  expect((await new Browser().open(`${app.url}/health`)).text).toBe(
    '{"status":"ok","client":"node-redis"}',
  );
});

test('without SESSION_SECRET, a restart signs out, and the app has warned of it', async () => {
  const browser = new Browser();
  const first = await startApp({ REDIS_URL: redis.url });
  await first.printed('Warning: SESSION_SECRET is not set');
  await browser.submit(`${first.url}/sign-in`, { name: 'Ada' });
  await first.stop();

  const second = await startApp({ REDIS_URL: redis.url });
  expect((await browser.open(second.url)).text).not.toContain('Signed in');
});
