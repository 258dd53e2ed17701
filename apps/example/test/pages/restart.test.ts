import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, stopApps } from '../app-process.ts';
import { startChromium } from './chromium.ts';
import { add, basket, signIn } from './visitor.ts';

const chromium = startChromium();

let redis: RedisProcess;
beforeAll(async () => {
  redis = await startServer();
});
afterAll(async () => {
  await stopApps();
  await redis.stop();
});

/** On any port, as a browser has one cookie for all ports of a host. */
const start = (client: string) =>
  startApp({
    HOLDFAST_CLIENT: client,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    SESSION_SECRET: 'the same for each',
  });

test('one stays signed in, with the basket, over restarts of the app, also with another client', async () => {
  const page = await chromium.open();
  let app = await start('node-redis');
  await signIn(page, app.url, 'Ada');
  await add(page, 'Bread');
  for (const [client, visits] of [
    ['node-redis', 3],
    ['ioredis', 4],
  ] as const) {
    // Else the browser may still ask for the icon, when nobody answers.
    await page.goto('about:blank');
    expect(await app.stop()).toBe(0);
    app = await start(client);
    await page.goto(app.url);
    await page.getByText(`Signed in as Ada. Visits since then: ${visits}.`).waitFor();
    expect(await page.getByRole('definition').first().textContent()).toBe('just now');
    await page.getByRole('definition').getByText(client, { exact: true }).waitFor();
    expect(await basket(page)).toEqual(['Bread: 1']);
  }
});
