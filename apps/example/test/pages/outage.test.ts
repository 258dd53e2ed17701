import { until } from '@holdfast/test-servers';
import { afterAll, expect, test } from '@jest/globals';
import { startApp, stopApps } from '../app-process.ts';
import { startChromium } from './chromium.ts';
import { expectGoodLooks } from './looks.ts';
import { heading } from './visitor.ts';

const chromium = startChromium();
afterAll(stopApps);

test('the page of the outage shows requests that are refused, and that Redis is back', async () => {
  const { url } = await startApp({}, ['--redis']);
  const page = await chromium.open();
  await page.goto(url);
  await page.getByRole('link', { name: 'Outage' }).click();
  await page.getByRole('button', { name: 'Freeze Redis for five seconds' }).click();
  await page.getByText('Redis is frozen for 5.00 s.').waitFor();
  await page.getByText('The first session was there again').waitFor();
  await expectGoodLooks(page, { light: 'outage' });

  await page.getByText('The same as a table').click();
  const rows = await page.locator('#visits > tr').allInnerTexts();
  const refused = rows.filter((row) => row.split('\t')[1] === '503');
  expect(refused.length).toBeGreaterThan(5);
  const summary = await page.locator('#summary').textContent();
  expect(summary).toContain(
    `${rows.length} requests were sent: ${rows.length - refused.length} were answered with 200, ` +
      `${refused.length} were not.`,
  );
  expect(await page.locator('#timeline > .refused').count()).toBe(refused.length);
  await expectGoodLooks(page);

  // The browser tells of each refused request, and of nothing else.
  const problems: string[] = [];
  await until('it told of all', () => problems.push(...chromium.problems()) >= refused.length);
  const wording = /^Failed to load resource: .* 503 .*\/outage\/visit\)$/;
  expect(problems).toEqual(refused.map(() => expect.stringMatching(wording)));
});

test('an app that has started no Redis offers no outage', async () => {
  const { url } = await startApp({});
  const page = await chromium.open();
  await page.goto(url);
  const links = await page.getByRole('navigation').getByRole('link').allInnerTexts();
  expect(links).toEqual(['Home', 'Your devices', 'Race', 'Metrics']);
  await page.goto(`${url}/outage`);
  expect(await heading(page)).toBe('Not found');
  expect(chromium.problems()).toEqual([expect.stringMatching(/ 404 .*\/outage\)$/)]);
});
