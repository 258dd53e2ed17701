import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { chromium, withRedis } from './browser-and-apps.ts';
import { expectGoodLooks } from './looks.ts';
import { signIn } from './visitor.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.5 Mobile/15E148 Safari/604.1';

/** Opens a browser and signs in. */
async function browserOf(name: string, userAgent?: string): Promise<Page> {
  const page = await chromium.open(userAgent === undefined ? {} : { userAgent });
  await signIn(page, withRedis.app.url, name);
  return page;
}

async function showDevices(page: Page): Promise<string[]> {
  await page.getByRole('link', { name: 'Your devices' }).click();
  await page.getByRole('heading', { name: 'Your devices' }).waitFor();
  const rows = await page.locator('.rows > li > div').allInnerTexts();
  return rows.map((row) => row.replace(/\s+/g, ' '));
}

/** Expects that the next click leads to the sign-in form, which says why, and that a reload shows it again. */
async function expectSignedOut(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Your devices' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const why = 'You were signed out on another of your devices.';
  expect(await page.getByRole('status').textContent()).toBe(why);
  await expectGoodLooks(page);
  await page.reload();
  expect(await page.getByLabel('Name').isVisible()).toBe(true);
}

const HERE = /^Chrome on Linux This device From (127\.0\.0\.1|::1), active now\.$/;
const OTHER = /^Firefox on Windows From (127\.0\.0\.1|::1), last active just now\.$/;

describe('the devices page', () => {
  test('shows two browsers of a user to each other, and one signs out the other', async () => {
    const here = await browserOf('Mary');
    const other = await browserOf('Mary', FIREFOX);
    const otherUser = await browserOf('Grace', FIREFOX);
    expect(await showDevices(here)).toEqual([
      expect.stringMatching(HERE),
      expect.stringMatching(OTHER),
    ]);
    expect(await showDevices(other)).toEqual([
      expect.stringMatching(/^Firefox on Windows This device /),
      expect.stringMatching(/^Chrome on Linux From /),
    ]);
    await here.getByRole('button', { name: 'Sign out Firefox on Windows' }).click();
    await here.getByText('You are not signed in on any other device.').waitFor();
    expect(await showDevices(here)).toEqual([expect.stringMatching(HERE)]);
    await expectSignedOut(other);
    expect(await showDevices(otherUser)).toHaveLength(1);
  });

  test('leads to the home page, which says why, if no one is signed in', async () => {
    const page = await chromium.open();
    await page.goto(withRedis.app.url);
    expect(await page.getByRole('status').count()).toBe(0);
    await page.getByRole('link', { name: 'Your devices' }).click();
    await page.getByText('Sign in to see your devices.').waitFor();
    await signIn(page, withRedis.app.url, 'Jean');
    expect(await page.getByRole('status').count()).toBe(0);
    await showDevices(page);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByText('You have signed out.').waitFor();
    await expectGoodLooks(page);
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByText('You have no session yet.').waitFor();
    expect(await page.getByRole('status').count()).toBe(0);
  });

  test('signs out all other devices at once', async () => {
    const here = await browserOf('Joan');
    const others = [await browserOf('Joan', FIREFOX), await browserOf('Joan', IPHONE)];
    expect(await showDevices(here)).toHaveLength(3);
    await expectGoodLooks(here, { light: 'devices' });
    await here.getByRole('button', { name: 'Sign out all other devices' }).click();
    await here.getByText('You are not signed in on any other device.').waitFor();
    for (const other of others) await expectSignedOut(other);
    expect(await showDevices(here)).toHaveLength(1);
  });
});
