import { afterAll, expect, test } from '@jest/globals';
import { startApp, stopApps } from '../app-process.ts';
import { startChromium } from './chromium.ts';
import { expectGoodLooks } from './looks.ts';

const chromium = startChromium();
afterAll(stopApps);

const PICTURES = { light: 'race', dark: 'race-dark', phone: 'race-phone' } as const;

test.each([
  { args: [], rival: 'connect-redis 6.1.3', pictures: {} },
  { args: ['--redis'], rival: 'connect-redis 10.0.0', pictures: PICTURES },
])('Holdfast keeps 50 of 50 fields, $rival does not', async ({ args, rival, pictures }) => {
  const { url } = await startApp({}, args);
  const page = await chromium.open();
  await page.goto(`${url}/race`);
  await page.getByRole('heading', { name: rival, exact: true }).waitFor();
  await page.getByRole('button', { name: 'Send 50 requests to each' }).click();
  const words = `Holdfast kept 50 of 50 fields. ${rival} kept `;
  const summary = await page.getByText(words).textContent();
  const kept = Number(summary?.match(/kept (\d+) of 50 fields\.$/)?.[1]);
  expect(kept).toBeLessThan(50);
  const cells = (side: string, state: string) => page.locator(`#${side}-grid > .${state}`).count();
  expect(await cells('holdfast', 'kept')).toBe(50);
  expect(await cells('connect-redis', 'kept')).toBe(kept);
  expect(await cells('connect-redis', 'lost')).toBe(50 - kept);
  // Whoever does not see the cells is told.
  await page.getByRole('img', { name: 'Holdfast kept 50 of 50 fields.' }).waitFor();
  await page.getByRole('img', { name: `${rival} kept ${kept} of 50 fields.` }).waitFor();
  await expectGoodLooks(page, pictures);
});
