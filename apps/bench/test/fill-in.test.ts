import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fillIn } from '../src/reporting/fill-in.ts';

describe('fillIn', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const filled = async (text: string) => {
    const page = join(folder, 'page.md');
    await writeFile(page, text);
    await fillIn(pathToFileURL(page), 'this', '| new |');
    return readFile(page, 'utf8');
  };

  it('replaces what stands between the marks, and nothing else', async () => {
    const text = 'a\n<!-- bench this -->\n\n| old |\n\n<!-- end -->\nb <!-- end -->\n';
    expect(await filled(text)).toBe(text.replace('old', 'new'));
  });

  it('refuses a page without marks', async () => {
    await expect(filled('a\n')).rejects.toThrow('has no marks for the table of this.');
  });
});
