import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, stopApps } from '../app-process.ts';
import { startChromium } from './chromium.ts';
import { expectGoodLooks } from './looks.ts';
import { basket, heading, signIn } from './visitor.ts';

const chromium = startChromium();

let url: string;
beforeAll(async () => {
  ({ url } = await startApp({}));
});
afterAll(stopApps);

/** What the browser tells of a page that came with such a status. */
const told = (status: number) => [
  expect.stringContaining(`the server responded with a status of ${status}`),
];

test('a page that there is none of', async () => {
  const page = await chromium.open();
  await page.goto(`${url}/nowhere`);
  expect(await heading(page)).toBe('Not found');
  await expectGoodLooks(page);
  expect(chromium.problems()).toEqual(told(404));
});

test('a name that is none', async () => {
  const page = await chromium.open();
  await page.goto(url);
  await page.getByLabel('Name').fill(' ');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('Please give a name').waitFor();
  await expectGoodLooks(page);
  expect(chromium.problems()).toEqual(told(400));
});

describe('a form on a page of', () => {
  let elsewhere: Server;
  beforeAll(async () => {
    elsewhere = createServer(({ url: path }, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(
        `<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,">
          <form method="post" action="${url}${path}"><button name="product" value="tea">Win</button></form>`,
      );
    }).listen(0);
    await once(elsewhere, 'listening');
  });
  afterAll(() => {
    elsewhere.close();
  });

  test.each([
    ['another site', '127.0.0.1'],
    // Here the browser sends the cookie along.
    ['another port of the same host', 'localhost'],
  ])('%s changes nothing', async (_whose, host) => {
    const page = await chromium.open();
    await signIn(page, url, 'Ada');
    for (const path of ['/basket/add', '/sign-out']) {
      await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}${path}`);
      await page.getByRole('button', { name: 'Win' }).click();
      await page.getByText('This form was sent from another site.').waitFor();
      expect(page.url()).toBe(url + path);
      expect(chromium.problems()).toEqual(told(403));
    }
    await expectGoodLooks(page);
    await page.getByRole('link', { name: 'Back to Home' }).click();
    await page.getByText('Signed in as Ada. Visits since then: 2.').waitFor();
    expect(await basket(page)).toEqual([]);
  });
});

test('many sign-ins from one address', async () => {
  const page = await chromium.open();
  await page.goto(url);
  await page.evaluate(`(async () => {
    const signIn = { method: 'POST', body: new URLSearchParams({ name: 'Eve' }) };
    for (let attempt = 1; attempt <= 30; attempt += 1) await fetch('/sign-in', signIn);
  })()`);
  await page.getByLabel('Name').fill('Eve');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('There were many sign-ins from your address.').waitFor();
  await expectGoodLooks(page);
  const problems = chromium.problems();
  expect(problems.length).toBeGreaterThan(0);
  expect(problems).toEqual(problems.flatMap(() => told(429)));
});
