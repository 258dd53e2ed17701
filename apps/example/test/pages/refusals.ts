import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, withRedisMock } from './browser-and-apps.ts';
import { expectGoodLooks } from './looks.ts';
import { basket, signIn } from './visitor.ts';

/** The report of chromium for a page with a status. */
const reportOf = (status: number) => [
  expect.stringContaining(`the server responded with a status of ${status}`),
];

describe('the app refuses', () => {
  let otherSite: Server;
  beforeAll(async () => {
    otherSite = createServer(({ url: path }, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(
        `<!doctype html><html lang="en"><title>Another site</title><link rel="icon" href="data:,">
          <form method="post" action="${withRedisMock.app.url}${path}"><button name="product" value="tea">Win</button></form>`,
      );
    }).listen(0);
    await once(otherSite, 'listening');
  });
  afterAll(() => {
    otherSite.close();
  });

  test('an invalid name', async () => {
    const page = await chromium.open();
    await page.goto(withRedisMock.app.url);
    await page.getByLabel('Name').fill(' ');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Please enter a name').waitFor();
    await expectGoodLooks(page);
    expect(chromium.problems()).toEqual(reportOf(400));
  });

  test.each([
    ['another site', '127.0.0.1'],
    // To another port of the same host, the browser sends the cookie.
    ['another port of the same host', 'localhost'],
  ])('a form on a page of %s', async (_, host) => {
    const { url } = withRedisMock.app;
    const page = await chromium.open();
    await signIn(page, url, 'Ada');
    for (const path of ['/basket/add', '/sign-out']) {
      await page.goto(`http://${host}:${(otherSite.address() as AddressInfo).port}${path}`);
      await page.getByRole('button', { name: 'Win' }).click();
      await page.getByText('Another site sent this form.').waitFor();
      expect(page.url()).toBe(url + path);
      expect(chromium.problems()).toEqual(reportOf(403));
    }
    await page.getByRole('link', { name: 'Back to Home' }).click();
    await page.getByText('Signed in as Ada. Visits since then: 2.').waitFor();
    expect(await basket(page)).toEqual([]);
  });

  // The last test of this app, because no one can sign in for a minute after it.
  test('many sign-ins from one address', async () => {
    const page = await chromium.open();
    await page.goto(withRedisMock.app.url);
    await page.evaluate(`(async () => {
      const signIn = { method: 'POST', body: new URLSearchParams({ name: 'Eve' }) };
      for (let attempt = 1; attempt <= 30; attempt += 1) await fetch('/sign-in', signIn);
    })()`);
    await page.getByLabel('Name').fill('Eve');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Your address has tried to sign in too often.').waitFor();
    const problems = chromium.problems();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems).toEqual(problems.flatMap(() => reportOf(429)));
  });
});
