import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { chromium, withRedis } from './browser-and-apps.ts';
import { expectGoodLooks } from './looks.ts';
import { add, basket, signIn } from './visitor.ts';

describe('the home page', () => {
  test('shows a basket and counts visits, from the sign-in to the sign-out', async () => {
    const { url } = withRedis.app;
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

  test('counts down the time that the session has left, and a click renews it', async () => {
    const page = await chromium.open({ movableClock: true });
    await signIn(page, withRedis.app.url, 'Ada');
    const secondsLeft = () =>
      page.getByRole('progressbar', { name: 'Ends in' }).getAttribute('value');
    // The script runs before this event.
    await page.waitForLoadState('load');
    await page.clock.fastForward('10:00');
    await page.getByText('20:00 minutes').waitFor();
    expect(await secondsLeft()).toBe('1200');
    await page.clock.fastForward('25:00');
    await page.getByText('0:00 minutes').waitFor();
    expect(await secondsLeft()).toBe('0');
    await add(page, 'Tea');
    await page.getByText('30:00 minutes').waitFor();
    expect(await secondsLeft()).toBe('1800');
  });

  test('works without JavaScript', async () => {
    const page = await chromium.open({ javaScriptEnabled: false });
    await signIn(page, withRedis.app.url, 'Ada');
    await add(page, 'Cheese');
    await page.getByText('Visits since then: 2.').waitFor();
    expect(await basket(page)).toEqual(['Cheese: 1']);
    await page.getByText('30:00 minutes').waitFor();
  });

  /** Returns the focused element, and whether the page shows that it has the focus. */
  async function focused(page: Page): Promise<[text: string, isVisible: boolean]> {
    return page.evaluate(`(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { top, bottom } = element.getBoundingClientRect();
      const isOnScreen = top >= 0 && bottom <= innerHeight;
      const name = element.getAttribute('aria-label') ?? element.textContent;
      return [name || element.id, isOnScreen && outlineStyle === 'solid' && outlineWidth === '3px'];
    })()`);
  }

  test('works by keyboard: every control gets a visible focus, and one skips the navigation', async () => {
    const page = await chromium.open();
    await page.goto(withRedis.app.url);
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

    await page.reload();
    for (const key of ['Tab', 'Enter', 'Tab']) await page.keyboard.press(key);
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as Ada.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
