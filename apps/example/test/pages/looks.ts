import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { axe } from './chromium.ts';

/** The color schemes and screen widths to check. */
const LOOKS = {
  light: { colorScheme: 'light', width: 1100 },
  dark: { colorScheme: 'dark', width: 1100 },
  phone: { colorScheme: 'light', width: 360 },
} as const;

type Look = keyof typeof LOOKS;

/** Whether this run takes the screenshots of `docs/screenshots/`, as `pnpm screenshots` does. */
export const TAKES_SCREENSHOTS: boolean = process.env.SCREENSHOTS === 'write';

/**
 * Expects that a page has no accessibility problems, is not wider than the screen, and follows the color scheme.
 * @param screenshots the names of its screenshots, for a run that takes them.
 */
export async function expectGoodLooks(
  page: Page,
  screenshots: Partial<Record<Look, string>> = {},
): Promise<void> {
  const size = page.viewportSize();
  // The text can appear before the style sheet has loaded.
  await page.waitForLoadState('load');
  for (const look of Object.keys(LOOKS) as Look[]) {
    await show(page, look);
    const { axe, tooWide, dark } = await examine(page);
    expect([look, { axe, tooWide, dark }]).toEqual([
      look,
      { axe: [], tooWide: 0, dark: LOOKS[look].colorScheme === 'dark' },
    ]);
    await takeScreenshot(page, screenshots[look]);
  }
  await page.emulateMedia({ colorScheme: null });
  if (size !== null) await page.setViewportSize(size);
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

async function takeScreenshot(page: Page, name?: string): Promise<void> {
  if (!TAKES_SCREENSHOTS || name === undefined) return;
  const folder = join(__dirname, '../../../../docs/screenshots');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
