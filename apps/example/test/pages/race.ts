import { describe, expect, test } from '@jest/globals';
import { chromium, withRedis, withRedisMock } from './browser-and-apps.ts';
import { expectGoodLooks } from './looks.ts';

const SCREENSHOTS = { light: 'race', dark: 'race-dark', phone: 'race-phone' } as const;

describe('the race page', () => {
  test.each([
    { client: 'redis-mock', rival: 'connect-redis 6.1.3', shared: withRedisMock, screenshots: {} },
    {
      client: 'node-redis',
      rival: 'connect-redis 10.0.0',
      shared: withRedis,
      screenshots: SCREENSHOTS,
    },
  ])(
    'shows that Holdfast keeps 50 of 50 fields on $client, and $rival does not',
    async ({ rival, shared, screenshots }) => {
      const page = await chromium.open();
      await page.goto(`${shared.app.url}/race`);
      await page.getByRole('heading', { name: rival, exact: true }).waitFor();
      await page.getByRole('button', { name: 'Send 50 requests to each' }).click();
      const words = `Holdfast kept 50 of 50 fields. ${rival} kept `;
      const summary = await page.getByText(words).textContent();
      const kept = Number(summary?.match(/kept (\d+) of 50 fields\.$/)?.[1]);
      expect(summary).toBe(`Holdfast kept 50 of 50 fields. ${rival} kept ${kept} of 50 fields.`);
      expect(Number(kept)).toBeLessThan(50);
      await page
        .getByText('The counter says 50 of 50. The basket has 50 of 50 products.')
        .waitFor();
      const cells = (contender: string, state: string) =>
        page.locator(`#${contender}-grid > .${state}`).count();
      expect(await cells('holdfast', 'kept')).toBe(50);
      expect(await cells('connect-redis', 'kept')).toBe(Number(kept));
      expect(await cells('connect-redis', 'lost')).toBe(50 - Number(kept));
      // Screen readers announce the result of each grid.
      await page.getByRole('img', { name: 'Holdfast kept 50 of 50 fields.' }).waitFor();
      await page.getByRole('img', { name: `${rival} kept ${kept} of 50 fields.` }).waitFor();
      await expectGoodLooks(page, screenshots);
    },
  );
});
