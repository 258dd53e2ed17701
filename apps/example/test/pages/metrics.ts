import { until } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { chromium, withRedis, withRedisMock } from './browser-and-apps.ts';
import { expectGoodLooks, TAKES_SCREENSHOTS } from './looks.ts';
import { add, signIn } from './visitor.ts';

/** For how long the page reads the numbers. More readings make longer lines on the screenshot. */
const SECONDS = TAKES_SCREENSHOTS ? 50 : 4;

/** Returns the table, by operation. */
async function numbers(page: Page): Promise<Record<string, string[]>> {
  const rows = await page.locator('#numbers > tr').allInnerTexts();
  return Object.fromEntries(rows.map((row) => row.split('\t')).map(([name, ...of]) => [name, of]));
}

/** Returns the charts that show lines: their labels say of what. */
const charts = (page: Page) => page.getByRole('img', { name: /^Lines over the last/ });

/** Returns how many seconds the lines of the first chart go back, and 0 if there is none. */
async function secondsShown(page: Page): Promise<number> {
  const [chart] = await charts(page).all();
  const label = await chart?.getAttribute('aria-label');
  return Number(/the last (\d+) seconds/.exec(label ?? '')?.[1] ?? 0);
}

/** What is drawn on a chart. */
interface Drawing {
  /** The number of pixels at the left and at the bottom, which is where the axes have their numbers. */
  left: number;
  bottom: number;
  /** The most frequent color. */
  color: string;
}

function drawings(page: Page): Promise<Drawing[]> {
  return page.evaluate(`[...document.querySelectorAll('canvas')].map((canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const colors = new Map();
    const drawing = { left: 0, bottom: 0 };
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      const [red, green, blue, opacity] = data.slice(4 * pixel, 4 * pixel + 4);
      if (opacity === 0) continue;
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      if (x < 42 && y < height - 30) drawing.left += 1;
      if (x > 45 && y > height - 25) drawing.bottom += 1;
      const color = [red, green, blue].join();
      colors.set(color, (colors.get(color) ?? 0) + 1);
    }
    const [[color]] = [...colors].sort(([, one], [, other]) => other - one);
    return { ...drawing, color };
  })`);
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
    for (let [shown, reading] = [0, 0]; shown < SECONDS; reading += 1) {
      if (reading % 5 === 0) await race(racer);
      await add(visitor, 'Tea');
      const previous = shown;
      await until('the page has read the numbers', async () => {
        shown = await secondsShown(page);
        return shown > previous || shown;
      });
    }
    const { get: [, total, p50] = [] } = await numbers(page);
    expect(Number(total)).toBeGreaterThan(before + 50);
    expect(p50).toMatch(/^\d+\.\d ms$/);
    await expectGoodLooks(page, { light: 'metrics' });
    expect(await charts(page).count()).toBe(2);
    await page.emulateMedia({ colorScheme: 'light' });
    // A chart is drawn anew with each reading, and when the colors change.
    let light: Drawing[] = [];
    await until('both axes of the charts have numbers', async () => {
      light = await drawings(page);
      return light.every(({ left, bottom }) => left > 50 && bottom > 50) || light;
    });
    await page.emulateMedia({ colorScheme: 'dark' });
    await until('the charts have the colors of a dark page', async () => {
      const dark = await drawings(page);
      return dark.every(({ color }, index) => color !== light[index]?.color) || [light, dark];
    });
    const link = page.getByRole('link', { name: '/metrics', exact: true });
    const text = await page.request.get(`${url}${await link.getAttribute('href')}`);
    expect(await text.text()).toContain('holdfast_operation_seconds_count{operation="get"');
  });

  test('says so while there is nothing to draw', async () => {
    const page = await chromium.open();
    await page.goto(`${withRedisMock.app.url}/metrics/chart`);
    for (const title of ['Operations per second', 'Latency in milliseconds']) {
      const card = page.getByRole('region', { name: title });
      await card.getByText('No operations in the last two minutes.').waitFor();
    }
    expect(await charts(page).count()).toBe(0);
    await expectGoodLooks(page);
    const visitor = await chromium.open();
    await signIn(visitor, withRedisMock.app.url, 'Ada');
    await until('it draws lines', async () => (await charts(page).count()) === 2);
    expect(await page.getByText('No operations').filter({ visible: true }).count()).toBe(0);
  });

  test('shows all columns on a phone, also those of a long name and large numbers', async () => {
    const page = await chromium.open();
    const text = [
      'holdfast_operation_seconds_bucket{le="2.5",operation="destroyByHandle",outcome="done"} 0',
      'holdfast_operation_seconds_bucket{le="+Inf",operation="destroyByHandle",outcome="done"} 1234567',
      'holdfast_operation_seconds_count{operation="destroyByHandle",outcome="done"} 1234567',
    ];
    await page.route('**/metrics', (route) => route.fulfill({ body: text.join('\n') }));
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(`${withRedisMock.app.url}/metrics/chart`);
    await page.getByRole('rowheader', { name: 'destroyByHandle' }).waitFor();
    const card = page.getByRole('region', { name: 'Current numbers', exact: true });
    const { x: left = 0, width: wide = 0 } = (await card.boundingBox()) ?? {};
    for (const cell of await card.getByRole('cell').or(card.getByRole('columnheader')).all()) {
      const { x = 0, width = 0 } = (await cell.boundingBox()) ?? {};
      expect(width).toBeGreaterThan(0);
      expect(x + width).toBeLessThan(left + wide);
    }
    await expectGoodLooks(page);
  });
});
