import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { axe } from './chromium.ts';

/** In which light, and on how wide a screen. A picture is at least as high as the screen. */
const LOOKS = {
  light: { colorScheme: 'light', width: 1100 },
  dark: { colorScheme: 'dark', width: 1100 },
  phone: { colorScheme: 'light', width: 360 },
} as const;

type Look = keyof typeof LOOKS;

/** Whether pictures are taken, for `docs/screenshots/`: by `npm run screenshots`, and not by a run of the tests. */
export const TAKES_PICTURES: boolean = process.env.SCREENSHOTS === 'write';

/**
 * Fails where a page, as it is now, is hard to use for some, is wider than the screen, or is not dark where it should be.
 * @param pictures what pictures of it are called, where some are taken.
 */
export async function expectGoodLooks(
  page: Page,
  pictures: Partial<Record<Look, string>> = {},
): Promise<void> {
  // Its text can be there before its style.
  await page.waitForLoadState('load');
  for (const look of Object.keys(LOOKS) as Look[]) {
    await show(page, look);
    const { axe, tooWide, dark } = await examine(page);
    expect([look, { axe, tooWide, dark }]).toEqual([
      look,
      { axe: [], tooWide: 0, dark: LOOKS[look].colorScheme === 'dark' },
    ]);
    await takePicture(page, pictures[look]);
  }
  await show(page, 'light');
}

async function show(page: Page, look: Look): Promise<void> {
  const { colorScheme, width } = LOOKS[look];
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 400 });
}

async function examine(page: Page) {
  const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const [red = 0, green = 0, blue = 0] = (background.match(/\d+/g) ?? []).map(Number);
  return {
    axe: await axe(page),
    tooWide: await page.evaluate<number>(tooWide),
    dark: red + green + blue < 3 * 64,
  };
}

async function takePicture(page: Page, name?: string): Promise<void> {
  if (!TAKES_PICTURES || name === undefined) return;
  const folder = join(__dirname, '../../../../docs/screenshots');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
