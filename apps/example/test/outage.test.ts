import {
  type RedisProxy,
  startRedis,
  startRedisProxy,
  type TestRedis,
} from '@holdfast/test-servers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

let redis: TestRedis;
let proxy: RedisProxy;
beforeEach(async () => {
  redis = await startRedis();
  proxy = await startRedisProxy(redis.url);
});
afterEach(async () => {
  await stopApps();
  await proxy.cut();
  await redis.stop();
});

describe.each(['node-redis', 'ioredis'])('with %s', (client) => {
  const start = () => startApp({ HOLDFAST_CLIENT: client, REDIS_URL: proxy.url });

  test('pages and health fail while Redis is away, and recover when it is back', async () => {
    const app = await start();
    const browser = new Browser();
    await browser.submit(`${app.url}/sign-in`, { name: 'Ada' });
    const health = async () => {
      const { status, text } = await browser.open(`${app.url}/health`);
      return [status, JSON.parse(text)];
    };
    expect(await health()).toEqual([200, { status: 'ok', client }]);

    await proxy.cut();
    await app.printed('Redis is away: ');
    expect(await health()).toEqual([503, { status: 'unavailable', client }]);
    for (const failed of [
      await browser.open(app.url),
      await browser.submit(`${app.url}/basket/add`, { product: 'tea' }),
      await browser.submit(`${app.url}/sign-out`),
      await browser.open(`${app.url}/devices`),
      await browser.submit(`${app.url}/devices/sign-out-others`),
      await new Browser().submit(`${app.url}/sign-in`, { name: 'Eve' }),
    ]) {
      expect(failed.status).toBe(503);
      expect(failed.text).toContain('Please try again in a moment.');
      expect(failed.headers.get('set-cookie')).toBeNull();
    }

    await proxy.restore();
    await app.printed('Redis is back.');
    expect(await health()).toEqual([200, { status: 'ok', client }]);
    expect((await browser.open(app.url)).text).toContain('Signed in as <strong>Ada</strong>');
    const said = app
      .output()
      .split('\n')
      .filter((line) => /redis is|error|fail/i.test(line));
    expect(said).toEqual([
      expect.stringMatching(/^Redis is away: .*\. Sessions fail until it is back\.$/),
      'Redis is back.',
    ]);
  });

  test('a Redis that stops in the middle holds up neither health nor, for long, a page', async () => {
    const app = await start();
    const browser = new Browser();
    await browser.submit(`${app.url}/sign-in`, { name: 'Ada' });
    proxy.freeze();
    const page = browser.open(app.url);
    expect((await browser.open(`${app.url}/health`)).status).toBe(503);
    expect((await page).status).toBe(503);
  });

  test('it ends cleanly while Redis is away', async () => {
    const app = await start();
    await proxy.cut();
    await app.printed('Redis is away: ');
    expect(await app.stop()).toBe(0);
  });
});
