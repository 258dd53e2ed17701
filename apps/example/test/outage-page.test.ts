import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '@holdfast/test-servers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

afterEach(stopApps);

/** What the button of the page does. */
async function freeze(url: string): Promise<[status: number, answer: unknown]> {
  const response = await fetch(`${url}/outage`, { method: 'POST' });
  return [response.status, await response.json()];
}

/** A request of the page, with its times in milliseconds. */
async function visit(url: string, browser: Browser) {
  const sent = performance.now();
  const { status } = await browser.open(`${url}/outage/visit`);
  const ended = performance.now();
  return { status, sent, ended, took: ended - sent };
}

type Visit = Awaited<ReturnType<typeof visit>>;

/** Sends requests, several at a time, until one that was sent after a moment is answered with 200. */
async function visitsUntil(moment: number, url: string, browser: Browser): Promise<Visit[]> {
  const sent: Promise<Visit>[] = [];
  const done: Visit[] = [];
  await until('requests see that Redis is back', () => {
    if (sent.length - done.length < 10) {
      const next = visit(url, browser);
      sent.push(next);
      next.then((ended) => done.push(ended));
    }
    return done.some((one) => one.status === 200 && one.sent > moment);
  });
  return Promise.all(sent);
}

describe.each(['node-redis', 'ioredis'])('with %s', (client) => {
  test('requests wait, then are refused at once, then served again', async () => {
    const { url } = await startApp({ HOLDFAST_CLIENT: client }, ['--redis']);
    const browser = new Browser();
    expect((await visit(url, browser)).status).toBe(200);
    expect(await freeze(url)).toEqual([200, { frozen: true, forMs: 5000 }]);
    const thaw = performance.now() + 5000;
    expect(await freeze(url)).toEqual([409, { frozen: false, forMs: 5000 }]);

    const visits = await visitsUntil(thaw, url, browser);
    const [first] = visits;
    expect(first).toMatchObject({ status: 503 });
    expect(first?.took).toBeGreaterThan(1000);
    expect(Math.max(...visits.map(({ took }) => took))).toBeLessThan(4000);
    const quick = visits.filter(({ status, took }) => status === 503 && took < 500);
    expect(quick.length).toBeGreaterThan(0);
    const back = visits.filter(({ status }) => status === 200).map(({ ended }) => ended - thaw);
    expect(Math.min(...back)).toBeGreaterThan(-500);
    expect(Math.min(...back)).toBeLessThan(2000);
  });
});

test('with several processes, Redis is frozen once at a time all the same', async () => {
  const { url } = await startApp({}, ['--redis', '--workers', '2']);
  const answers = await Promise.all(Array.from({ length: 6 }, () => freeze(url)));
  expect(answers.map(([status]) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
});

test('an app that ends takes its frozen Redis with it', async () => {
  const app = await startApp({}, ['--redis']);
  const [, port] = app.output().match(/redis:\/\/127\.0\.0\.1:(\d+)/) ?? [];
  await freeze(app.url);
  expect(await app.stop()).toBe(0);
  const [error] = await once(connect(Number(port), '127.0.0.1'), 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

test('an app that has started no Redis has no such page', async () => {
  const { url } = await startApp({});
  const browser = new Browser();
  expect((await browser.open(`${url}/outage`)).status).toBe(404);
  expect((await browser.submit(`${url}/outage`)).status).toBe(404);
  expect((await browser.open(url)).text).not.toContain('href="/outage"');
  const own = await startApp({}, ['--redis']);
  expect((await browser.open(own.url)).text).toContain('href="/outage"');
});
