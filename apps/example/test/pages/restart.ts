import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp } from '../app-process.ts';
import { chromium } from './browser-and-apps.ts';
import { add, basket, signIn } from './visitor.ts';

describe('after a restart of the app', () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startServer();
  });
  afterAll(() => redis.stop());

  /** Starts the app on any port: a browser sends a cookie to all ports of a host. */
  const start = (client: string) =>
    startApp({
      HOLDFAST_CLIENT: client,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      SESSION_SECRET: 'the same for each',
    });

  test('a user is still signed in and has their basket, even with another client', async () => {
    const page = await chromium.open();
    let app = await start('node-redis');
    await signIn(page, app.url, 'Ada');
    await add(page, 'Bread');
    for (const [client, visits] of [
      ['node-redis', 3],
      ['ioredis', 4],
    ] as const) {
      // The browser could still request the icon after the app has stopped.
      await page.goto('about:blank');
      expect(await app.stop()).toBe(0);
      app = await start(client);
      await page.goto(app.url);
      await page.getByText(`Signed in as Ada. Visits since then: ${visits}.`).waitFor();
      expect(await page.getByRole('definition').first().textContent()).toBe('just now');
      await page.getByRole('definition').getByText(client, { exact: true }).waitFor();
      expect(await basket(page)).toEqual(['Bread: 1']);
    }
    await page.goto('about:blank');
    await app.stop();
  });
});
