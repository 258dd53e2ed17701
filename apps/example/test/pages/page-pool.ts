import type { Page } from 'playwright-core';

interface PooledPage {
  /** What the page was opened with. */
  key: string;
  page: Page;
  isInUse: boolean;
}

/** Pages that several tests use, one after the other. A new page opens a window of chromium, which takes two seconds of CPU. */
export class PagePool {
  readonly #pages: PooledPage[] = [];

  /** Returns a page that was opened with equal options and is not in use, or opens one. */
  async take(options: object, open: () => Promise<Page>): Promise<Page> {
    const key = JSON.stringify(options);
    const free = this.#pages.find((pooled) => pooled.key === key && !pooled.isInUse);
    if (free !== undefined) {
      free.isInUse = true;
      return free.page;
    }
    const page = await open();
    this.#pages.push({ key, page, isInUse: true });
    return page;
  }

  /** Makes all pages as good as new. */
  async reset(): Promise<void> {
    for (const pooled of this.#pages.filter(({ isInUse }) => isInUse)) {
      await pooled.page.goto('about:blank');
      await pooled.page.context().clearCookies();
      pooled.isInUse = false;
    }
  }
}
