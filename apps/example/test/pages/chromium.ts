import { chromiumPath } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import axeCore, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A chromium for the tests of a file. */
export interface Chromium {
  /** Opens a window of a browser with no cookies yet. `{ colorScheme: 'dark', viewport: … }` makes it another device. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What has gone wrong in the pages since it was last asked. What nobody asks for fails the test. */
  problems(): string[];
}

/** Starts chromium for the test file, and fails each test in whose pages something goes wrong that it did not expect. */
export function startChromium(): Chromium {
  let browser: Browser | undefined;
  let problems: string[] = [];
  const takeProblems = () => {
    const taken = problems;
    problems = [];
    return taken;
  };

  beforeAll(async () => {
    // Chromium's sandbox does not work for root, nor in most containers, and the pages are our own.
    const args = ['--no-sandbox'];
    browser = await chromium.launch({ executablePath: chromiumPath(), args });
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    expect(takeProblems()).toEqual([]);
  });
  afterAll(() => browser?.close());

  return {
    problems: takeProblems,
    async open(options) {
      if (browser === undefined) throw new Error('Chromium has not started yet.');
      const page = await browser.newPage(options);
      watch(page, (problem) => problems.push(problem));
      return page;
    },
  };
}

/** Tells of errors in the console, which are also answers of 400 and above, of uncaught ones, and of failed requests. */
function watch(page: Page, tell: (problem: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error') tell(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => tell(String(error)));
  page.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    // Whoever leaves a page gives up what it was loading.
    if (errorText !== 'net::ERR_ABORTED') tell(`${errorText} (${request.url()})`);
  });
}

/** What axe finds wrong with a page's accessibility, each with the elements that it is about. */
export async function axe(page: Page): Promise<string[]> {
  // No script tag, as the app's policy lets the browser load no others than its own.
  await page.evaluate(axeCore.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html)}`,
  );
}
