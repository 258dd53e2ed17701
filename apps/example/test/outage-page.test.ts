import { describe, expect, test } from '@jest/globals';
import { REAL_TIMERS, sharedApp } from './app-process.ts';
import { Browser } from './browser.ts';
import { expectOutage, freeze } from './frozen-redis.ts';
import { redisPortOf, untilGone } from './own-redis.ts';

describe('an app with a Redis of its own', () => {
  const shared = sharedApp(REAL_TIMERS, ['--redis']);

  test('has an outage page', async () => {
    expect((await new Browser().open(shared.app.url)).text).toContain('href="/outage"');
  });

  test('refuses requests while Redis is frozen, and serves them again after that', () =>
    expectOutage(shared.app));

  test('ends its Redis even while it is frozen', async () => {
    const port = Number(redisPortOf(shared.app.output()));
    await freeze(shared.app.url);
    expect(await shared.app.stop()).toBe(0);
    await untilGone(port);
  });
});

describe('an app without a Redis of its own', () => {
  const shared = sharedApp({});

  test('has no outage page', async () => {
    const { url } = shared.app;
    const browser = new Browser();
    expect((await browser.open(`${url}/outage`)).status).toBe(404);
    expect((await browser.submit(`${url}/outage`)).status).toBe(404);
    expect((await browser.open(url)).text).not.toContain('href="/outage"');
  });
});
