import { chromiumPath } from '@holdfast/test-servers';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import axeCore, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PagePool } from './page-pool.ts';

/** The chromium of a test file. */
export interface Chromium {
  /** Returns a page that has no cookies, and shares none with the other pages of the test. */
  open(options?: PageOptions): Promise<Page>;
  /** Returns and forgets the problems in the pages so far. A problem that a test does not ask for fails the test. */
  problems(): string[];
}

interface PageOptions extends Pick<BrowserContextOptions, 'userAgent' | 'javaScriptEnabled'> {
  /** Whether time in the page moves only as far as the test moves it. */
  movableClock?: boolean;
}

/** Starts chromium for the test file. A test fails if its pages have problems that it does not expect. */
export function startChromium(): Chromium {
  let browser: Browser | undefined;
  const pool = new PagePool();
  let problems: string[] = [];
  const takeProblems = () => {
    const taken = problems;
    problems = [];
    return taken;
  };

  beforeAll(async () => {
    // The sandbox works neither for root nor in most containers. The pages are our own.
    const args = ['--no-sandbox'];
    browser = await chromium.launch({ executablePath: chromiumPath(), args });
  });
  afterEach(async () => {
    await pool.reset();
    expect(takeProblems()).toEqual([]);
  });
  afterAll(() => browser?.close());

  return {
    problems: takeProblems,
    open: (options = {}) =>
      pool.take(options, async () => {
        if (browser === undefined) throw new Error('Chromium has not started yet.');
        const page = await openPage(browser, options);
        watch(page, (problem) => problems.push(problem));
        return page;
      }),
  };
}

/** Far more than a busy machine needs, as for `until`. */
const TIMEOUT_MS = 120_000;

async function openPage(
  browser: Browser,
  { movableClock = false, ...options }: PageOptions,
): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(TIMEOUT_MS);
  if (movableClock) {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
  }
  return page;
}

/** Reports console errors, which include responses with a status of 400 and above, uncaught errors, and failed requests. */
function watch(page: Page, report: (problem: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error') report(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => report(String(error)));
  page.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    // Chromium aborts what a page still loads when the user leaves the page.
    if (errorText !== 'net::ERR_ABORTED') report(`${errorText} (${request.url()})`);
  });
}

/** Returns the accessibility problems that axe finds, each with its elements. */
export async function axe(page: Page): Promise<string[]> {
  // The app's Content Security Policy forbids a script tag. Compiling axe costs more than running it.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axeCore.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html)}`,
  );
}
