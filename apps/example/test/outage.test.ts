import { type RedisProxy, startRedisProxy, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sharedApp } from './app-process.ts';
import { Browser } from './browser.ts';
import { sharedRedis } from './shared-redis.ts';

const server = sharedRedis();
let proxy: RedisProxy;

describe.each(['node-redis', 'ioredis'])('with %s', (client) => {
  beforeAll(async () => {
    proxy = await startRedisProxy(server.redis.url);
  });
  const shared = sharedApp(() => ({ HOLDFAST_CLIENT: client, REDIS_URL: proxy.url }));
  afterAll(() => proxy.cut());

  const ada = new Browser();
  const health = async () => {
    const { status, text } = await ada.open(`${shared.app.url}/health`);
    return [status, JSON.parse(text)];
  };
  /** Returns the lines that are about an outage or an error. */
  const log = () =>
    shared.app
      .output()
      .split('\n')
      .filter((line) => /redis is|error|fail/i.test(line));

  test('pages and health check fail while Redis is away, and recover when it is back', async () => {
    const { url, printed } = shared.app;
    await ada.submit(`${url}/sign-in`, { name: 'Ada' });
    expect(await health()).toEqual([200, { status: 'ok', client }]);

    await proxy.cut();
    await printed('Redis is away: ');
    expect(await health()).toEqual([503, { status: 'unavailable', client }]);
    for (const failed of [
      await ada.open(url),
      await ada.submit(`${url}/basket/add`, { product: 'tea' }),
      await ada.submit(`${url}/sign-out`),
      await ada.open(`${url}/devices`),
      await ada.submit(`${url}/devices/sign-out-others`),
      await new Browser().submit(`${url}/sign-in`, { name: 'Eve' }),
    ]) {
      expect(failed.status).toBe(503);
      expect(failed.text).toContain('Please try again in a moment.');
      expect(failed.headers.get('set-cookie')).toBeNull();
    }

    await proxy.restore();
    await printed('Redis is back.');
    expect(log()).toEqual([
      expect.stringMatching(/^Redis is away: .*\. Sessions fail until it is back\.$/),
      'Redis is back.',
    ]);
    expect(await health()).toEqual([200, { status: 'ok', client }]);
    // The store may refuse requests until it has looked whether Redis is back.
    await until('Ada is signed in', async () => {
      const { text } = await ada.open(url);
      return text.includes('Signed in as <strong>Ada</strong>') || text;
    });
  });

  test('a Redis that hangs delays neither a page nor the health check forever, and is logged once', async () => {
    const { url } = shared.app;
    const before = log().length;
    proxy.freeze();
    const pages = Array.from({ length: 8 }, () => ada.open(url));
    expect((await ada.open(`${url}/health`)).status).toBe(503);
    for (const page of pages) expect((await page).status).toBe(503);
    expect(log().slice(before)).toEqual([
      expect.stringMatching(/^Redis is away: .*\. Sessions fail until it is back\.$/),
    ]);
  });

  test('the app stops cleanly while Redis is away', async () => {
    await proxy.cut();
    await until('the app has noticed', () => log().at(-1)?.startsWith('Redis is away: ') || log());
    expect(await shared.app.stop()).toBe(0);
  });
});
