import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, stopApps } from '../app-process.ts';
import { axe, startChromium } from './chromium.ts';

const chromium = startChromium();

let url: string;
beforeAll(async () => {
  ({ url } = await startApp({}));
});
afterAll(stopApps);

test('whoever signs in is greeted by name', async () => {
  const page = await chromium.open();
  // The app has no icon yet.
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await page.goto(url);
  expect(await axe(page)).toEqual([]);
  await page.getByLabel('name').fill('Ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Signed in as Ada').waitFor();
  expect(await axe(page)).toEqual([]);
});
