import { until } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { chromium, withRedis } from './browser-and-apps.ts';
import { expectGoodLooks, TAKES_SCREENSHOTS } from './looks.ts';
import { add, signIn } from './visitor.ts';

/** How often the page reads the numbers, every two seconds. More readings make longer lines on the screenshot. */
const READINGS = TAKES_SCREENSHOTS ? 25 : 2;

/** Returns the table, by operation. */
async function numbers(page: Page): Promise<Record<string, string[]>> {
  const rows = await page.locator('#numbers > tr').allInnerTexts();
  return Object.fromEntries(rows.map((row) => row.split('\t')).map(([name, ...of]) => [name, of]));
}

/** Returns the number of points of the longest line of the chart. */
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

describe('the metrics page', () => {
  test('shows as a chart and as a table what visitors make the store do', async () => {
    const { url } = withRedis.app;
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
      await until('the page has read the numbers', async () => {
        const seen = await points(page);
        return seen > shown || seen;
      });
    }
    const { get: [, total, p50] = [] } = await numbers(page);
    expect(Number(total)).toBeGreaterThan(before + 50);
    expect(p50).toMatch(/^\d+\.\d ms$/);
    await expectGoodLooks(page, { light: 'metrics' });
    const link = page.getByRole('link', { name: '/metrics', exact: true });
    const text = await page.request.get(`${url}${await link.getAttribute('href')}`);
    expect(await text.text()).toContain('holdfast_operation_seconds_count{operation="get"');
  });
});
