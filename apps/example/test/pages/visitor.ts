import type { Page } from 'playwright-core';

/** Opens Home and signs in there. */
export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(`Signed in as ${name}.`).waitFor();
}

/** Puts one of a product into the basket, on Home. */
export async function add(page: Page, product: string): Promise<void> {
  await page.getByRole('button', { name: `Add ${product}` }).click();
}

/** What is in the basket, on Home. */
export function basket(page: Page): Promise<string[]> {
  return page.getByRole('region', { name: 'Your basket' }).locator('li > span').allTextContents();
}

/** The heading of the page. */
export async function heading(page: Page): Promise<string | null> {
  return page.getByRole('heading', { level: 1 }).textContent();
}
