import type { Page } from 'playwright-core';

/** Opens the home page and signs in. */
export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(`Signed in as ${name}.`).waitFor();
}

/** Adds a product to the basket, on the home page. */
export async function add(page: Page, product: string): Promise<void> {
  await page.getByRole('button', { name: `Add ${product}` }).click();
}

/** Returns the content of the basket, on the home page. */
export function basket(page: Page): Promise<string[]> {
  return page.getByRole('region', { name: 'Your basket' }).locator('li > span').allTextContents();
}

/** Returns the heading of the page. */
export async function heading(page: Page): Promise<string | null> {
  return page.getByRole('heading', { level: 1 }).textContent();
}
