import { until } from '@holdfast/test-servers';
import { afterAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startApp, stopApps } from '../app-process.ts';
import { startChromium } from './chromium.ts';
import { expectGoodLooks, TAKES_PICTURES } from './looks.ts';
import { add, signIn } from './visitor.ts';

const chromium = startChromium();
afterAll(stopApps);

/** On a picture, the lines are to be longer. The page reads the numbers every two seconds. */
const READINGS = TAKES_PICTURES ? 25 : 2;

/** The table, by operation. */
async function numbers(page: Page): Promise<Record<string, string[]>> {
  const rows = await page.locator('#numbers > tr').allInnerTexts();
  return Object.fromEntries(rows.map((row) => row.split('\t')).map(([name, ...of]) => [name, of]));
}

/** How many points the longest line of the chart has. */
async function points(page: Page): Promise<number> {
  const lines = await page
    .locator('#rate path')
    .evaluateAll((paths) => paths.map((path) => path.getAttribute('d') ?? ''));
  return Math.max(0, ...lines.map((line) => line.split('h0').length - 1));
}

async function race(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send 50 requests' }).click();
  await page.getByText('Holdfast kept 50 of 50 fields.').waitFor();
}

test('the chart and the table show what visitors make the store do', async () => {
  const { url } = await startApp({}, ['--redis']);
  const [page, visitor, racer] = [
    await chromium.open(),
    await chromium.open(),
    await chromium.open(),
  ];
  await signIn(visitor, url, 'Ada');
  await page.goto(`${url}/metrics/chart`);
  await page.getByRole('rowheader', { name: 'get' }).waitFor();
  const before = Number((await numbers(page)).get?.[1]);
  await racer.goto(`${url}/race`);
  for (let shown = 0; shown < READINGS; shown += 1) {
    if (shown % 5 === 0) await race(racer);
    await add(visitor, 'Tea');
    await until('the numbers are read', async () => (await points(page)) > shown);
  }
  const { get: [, inAll, half] = [] } = await numbers(page);
  expect(Number(inAll)).toBeGreaterThan(before + 50);
  expect(half).toMatch(/^\d+\.\d ms$/);
  await expectGoodLooks(page, { light: 'metrics' });
  const link = page.getByRole('link', { name: '/metrics', exact: true });
  const text = await page.request.get(`${url}${await link.getAttribute('href')}`);
  expect(await text.text()).toContain('holdfast_operation_seconds_count{operation="get"');
}, 90_000);
