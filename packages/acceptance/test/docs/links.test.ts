import { access } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allPages, packageReadmes, ROOT, textOf } from '../support/docs/repository-files.ts';

/** The targets of links and pictures that are not on another site. */
async function linksOf(page: string): Promise<string[]> {
  const links = (await textOf(page)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g);
  return [...links].map(([, link = '']) => link);
}

/** The anchors that GitHub gives to the headings of a page. */
async function anchorsOf(page: string): Promise<string[]> {
  const prose = (await textOf(page)).replace(/^```[\s\S]*?^```$/gm, '');
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link of a page; undefined where nothing is. */
async function faultOf(page: string, link: string): Promise<string | undefined> {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(page, '..', path));
  const exists = await access(join(ROOT, target)).then(
    () => true,
    () => false,
  );
  if (!exists) return `${page}: ${link} does not exist`;
  if (anchor === undefined || (await anchorsOf(target)).includes(anchor)) return undefined;
  return `${page}: ${link} has no such heading`;
}

describe('the pages', () => {
  test('link to pages and headings that exist', async () => {
    const faults: (string | undefined)[] = [];
    let count = 0;
    for (const page of await allPages()) {
      for (const link of await linksOf(page)) {
        count++;
        faults.push(await faultOf(page, link));
      }
    }
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  test('that npm shows have no links that would lead nowhere there', async () => {
    const links = await Promise.all((await packageReadmes()).map(linksOf));
    expect(links.flat()).toEqual([]);
  });

  test('are all linked from the index', async () => {
    const index = await textOf('docs/README.md');
    const pages = (await allPages()).filter((page) => /^docs\/(?!README)/.test(page));
    expect(pages.filter((page) => !index.includes(`](${page.slice('docs/'.length)}`))).toEqual([]);
  });
});
