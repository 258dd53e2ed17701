import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startApp, stopApps } from '../app-process.ts';
import { startChromium } from './chromium.ts';
import { expectGoodLooks } from './looks.ts';
import { add, basket, signIn } from './visitor.ts';

const chromium = startChromium();

let url: string;
beforeAll(async () => {
  ({ url } = await startApp({}, ['--redis']));
});
afterAll(stopApps);

test('whoever signs in has a basket and a count of visits, until the sign-out', async () => {
  const page = await chromium.open();
  await page.goto(url);
  await page.getByText('You have no session yet.').waitFor();
  await expectGoodLooks(page);
  await signIn(page, url, 'Ada');
  await page.getByText('Visits since then: 1.').waitFor();
  await add(page, 'Apples');
  await add(page, 'Apples');
  await add(page, 'Bread');
  await page.getByText('Visits since then: 4.').waitFor();
  expect(await basket(page)).toEqual(['Apples: 2', 'Bread: 1']);
  await expectGoodLooks(page, { light: 'home', dark: 'home-dark', phone: 'home-phone' });
  await page.getByRole('button', { name: 'Remove Apples' }).click();
  await page.getByText('Visits since then: 5.').waitFor();
  expect(await basket(page)).toEqual(['Bread: 1']);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You have no session yet.').waitFor();
  expect(await basket(page)).toEqual([]);
});

test('the life of the session runs out before one’s eyes, and a click gives it back', async () => {
  const page = await chromium.open();
  await page.clock.install();
  await signIn(page, url, 'Ada');
  const life = page.getByRole('progressbar', { name: 'Ends in' });
  const minutes = async () => Number(await life.getAttribute('value')) / 60;
  await page.clock.fastForward('10:00');
  expect(await minutes()).toBeCloseTo(20, 0);
  await page.getByText(/^(20:00|19:5\d) minutes$/).waitFor();
  await page.clock.fastForward('25:00');
  await page.getByText('0:00 minutes').waitFor();
  expect(await minutes()).toBe(0);
  await add(page, 'Tea');
  await page.getByText(/^(30:00|29:5\d) minutes$/).waitFor();
  expect(await minutes()).toBeCloseTo(30, 0);
});

test('without JavaScript, one signs in and fills a basket all the same', async () => {
  const page = await chromium.open({ javaScriptEnabled: false });
  await signIn(page, url, 'Ada');
  await add(page, 'Cheese');
  await page.getByText('Visits since then: 2.').waitFor();
  expect(await basket(page)).toEqual(['Cheese: 1']);
  await page.getByText('30:00 minutes').waitFor();
});

describe('by keyboard', () => {
  /** What has the focus, and whether one sees that. */
  async function focused(page: Page): Promise<[text: string, isSeen: boolean]> {
    return page.evaluate(`(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { top, bottom } = element.getBoundingClientRect();
      const isOnScreen = top >= 0 && bottom <= innerHeight;
      const name = element.getAttribute('aria-label') ?? element.textContent;
      return [name || element.id, isOnScreen && outlineStyle === 'solid' && outlineWidth === '3px'];
    })()`);
  }

  test('one comes to everything, and sees where one is', async () => {
    const page = await chromium.open();
    await page.goto(url);
    const stops: unknown[] = [];
    for (let count = 1; count <= 12; count += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused(page));
    }
    expect(stops).toEqual(
      [
        ...['Skip to the content', 'Home', 'Your devices', 'Race', 'Outage', 'Metrics'],
        ...['name', 'Sign in', 'Add Apples', 'Add Bread', 'Add Cheese', 'Add Tea'],
      ].map((name) => [name, true]),
    );
  });

  test('one skips the navigation, and signs in', async () => {
    const page = await chromium.open();
    await page.goto(url);
    for (const key of ['Tab', 'Enter', 'Tab']) await page.keyboard.press(key);
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as Ada.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
