import { type RedisProxy, startRedisProxy, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sharedApp } from '../app-process.ts';
import { chromium } from './browser-and-apps.ts';
import { add, basket, signIn } from './visitor.ts';

/** How far away Redis is, there and back. */
const AWAY_MS = 30;

const CLICKS = 10;

/** Runs in the page. Begins requests that count a visit in the session, and go on when the page is left. */
function visitHome(times: number): void {
  for (let time = 0; time < times; time++) void fetch('/', { keepalive: true });
}

describe('in two processes whose Redis is 30 ms away', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let proxy: RedisProxy;
  beforeAll(async () => {
    server = await startServer();
    proxy = await startRedisProxy(`redis://127.0.0.1:${server.port}`);
    proxy.moveAway(AWAY_MS / 2);
  });
  const workers = sharedApp(
    () => ({ REDIS_URL: proxy.url, HOLDFAST_CLIENT: 'node-redis', SESSION_SECRET: 'keep-this' }),
    ['--workers', '2'],
  );
  afterAll(async () => {
    await proxy.cut();
    await server.stop();
  });

  test.each([0, 1, 3])(
    'chromium shows after each redirect what was saved before it, beside %i other requests',
    async (others) => {
      const page = await chromium.open();
      await signIn(page, workers.app.url, 'Ada');
      const shown: string[][] = [];
      for (let click = 1; click <= CLICKS; click++) {
        await page.evaluate(visitHome, others);
        await Promise.all([page.waitForEvent('load'), add(page, 'Apples')]);
        shown.push(await basket(page));
      }
      expect(shown).toEqual(shown.map((_, index) => [`Apples: ${index + 1}`]));
    },
  );
});
