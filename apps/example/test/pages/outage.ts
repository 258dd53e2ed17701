import { until } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import { chromium, withRedis, withRedisMock } from './browser-and-apps.ts';
import { expectGoodLooks } from './looks.ts';
import { heading } from './visitor.ts';

describe('the outage page', () => {
  test('shows requests that fail while Redis is frozen, and that Redis is back', async () => {
    const { url, output } = withRedis.app;
    const before = output().length;
    const page = await chromium.open();
    await page.goto(url);
    await page.getByRole('link', { name: 'Outage' }).click();
    await page.getByRole('button', { name: 'Freeze Redis for five seconds' }).click();
    await page.getByText('Redis is frozen for 5.00 s.').waitFor();
    await page.getByText('Sessions were back').waitFor();
    await expectGoodLooks(page, { light: 'outage' });

    await page.getByText('Show as a table').click();
    const rows = await page.locator('#visits > tr').allInnerTexts();
    const failed = rows.filter((row) => row.split('\t')[1] === '503');
    expect(failed.length).toBeGreaterThan(0);
    const summary = await page.locator('#summary').textContent();
    expect(summary).toContain(
      `The page sent ${rows.length} requests: ${rows.length - failed.length} succeeded and ` +
        `${failed.length} failed.`,
    );
    expect(await page.locator('#timeline > .refused').count()).toBe(failed.length);
    await expectGoodLooks(page);

    // The browser reports each failed request, and nothing else.
    const problems: string[] = [];
    await until('chromium has reported all of them', () => {
      problems.push(...chromium.problems());
      return problems.length >= failed.length || problems;
    });
    const report = /^Failed to load resource: .* 503 .*\/outage\/visit\)$/;
    expect(problems).toEqual(failed.map(() => expect.stringMatching(report)));

    const log = () => output().slice(before).trim().split('\n');
    await until('the app logs that Redis is back', () => log().includes('Redis is back.') || log());
    expect(log()).toEqual([
      expect.stringMatching(/^Redis is away: .*\. Sessions fail until it is back\.$/),
      'Redis is back.',
    ]);
  });

  test('is missing in an app that has started no Redis', async () => {
    const { url } = withRedisMock.app;
    const page = await chromium.open();
    await page.goto(`${url}/outage`);
    const links = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(links).toEqual(['Home', 'Your devices', 'Race', 'Metrics']);
    expect(await heading(page)).toBe('Not found');
    await expectGoodLooks(page);
    expect(chromium.problems()).toEqual([expect.stringMatching(/ 404 .*\/outage\)$/)]);
  });
});
