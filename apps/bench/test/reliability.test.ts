import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { fillIn } from '../src/fill-in.ts';
import { bench, row } from './run.ts';

// The first of these waits for the whole run.
jest.setTimeout(60_000);

const SECONDS = /^\d+\.\d s$/;

describe('A smoke run of reliability', () => {
  const page = bench('reliability', '--smoke').then(({ stdout }) => stdout);
  const killed = async (store: string, settings: string) =>
    row(await page, 'server killed and started again', store, 'node-redis 6', settings);

  it('finds that an application ends whose client has no listener', async () => {
    const cells = await killed('connect-redis 10', 'as in its README');
    expect(cells.slice(-3)).toEqual(['never', expect.stringMatching(/^0 of \d+$/), 'died']);
  });

  it.each([
    ['connect-redis 10', 'recommended', / × 500/],
    ['Holdfast', 'recommended', / × 503/],
    ['Holdfast', 'recommended, `onOutage: "skip"`', / × 200 without a session/],
  ])('says what visitors of %s see, %s', async (store, settings, answer) => {
    const [wait, answers, again, lost, life] = await killed(store, settings);
    expect(wait).toMatch(SECONDS);
    expect(answers).toMatch(answer);
    expect(again).toMatch(SECONDS);
    expect(lost).toMatch(/^0 of [1-9]\d*$/);
    expect(life).toBe('lived');
  });
});

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
    await expect(filled('a\n')).rejects.toThrow('has no place for the table of this.');
  });
});
