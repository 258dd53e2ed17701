import { describe, expect, it } from '@jest/globals';
import { zipf } from '../src/caching/zipf.ts';
import { bench, row } from './run.ts';

const SPREAD = /^[\d.]+ \([\d.]+ – [\d.]+\)$/;

describe('A smoke run of caching', () => {
  const page = bench('caching', '--smoke').then(({ stdout }) => stdout);
  const part = async (heading: string) => {
    const [, after = ''] = (await page).split(`\n### ${heading}\n`);
    return after;
  };

  // How many commands a request sends without a cache, or more, as other tests may use the same server.
  describe.each([
    ['All read, each touch is due', 2],
    ['All read', 1],
    ['One in ten writes', 1.1],
  ])('%s', (mix, least) => {
    it.each([
      ['200 B', '1'],
      ['200 B', '64'],
      ['2 kB', '1'],
      ['2 kB', '64'],
    ])('compares with a cache and without: %s, %s at once', async (size, atOnce) => {
      const cells = row(await part(mix), size, '100', atOnce);
      const [hits, cached, uncached, ratio, , commands = ''] = cells;
      expect(hits).toMatch(SPREAD);
      expect(Number(cached)).toBeGreaterThan(0);
      expect(Number(uncached)).toBeGreaterThan(0);
      expect(ratio).toMatch(SPREAD);
      expect(Number.parseFloat(commands)).toBeGreaterThanOrEqual(least - 0.05);
    });
  });

  it('has sessions in the cache', async () => {
    const [hits = ''] = row(await part('All read'), '200 B', '100', '64');
    expect(Number.parseFloat(hits)).toBeGreaterThan(0);
  });

  it.each(['0', '64'])(
    'finds that Holdfast serves no ended session, %s reads at once',
    async (busy) => {
      expect(row(await page, 'as it is', busy)).toEqual(['0', '0.00']);
      expect(row(await page, 'looks in the cache', busy)[0]).toMatch(/^\d+$/);
    },
  );

  it('says for how long an expired session is served', async () => {
    const [, expiry = ''] = (await page).split('\n## After an expiry\n');
    expect(Number(row(expiry, 'as it is')[0])).toBeLessThan(1000);
    expect(row(expiry, 'looks in the cache')[0]).toMatch(/\d+$/);
  });
});

describe('Zipf', () => {
  it.each([
    [0, 0],
    [0.54, 0],
    [0.55, 1],
    [0.81, 1],
    [0.82, 2],
    [0.999_999, 2],
  ])('draws at %d of the sum of 1, 1/2 and 1/3 the number %i', (at, drawn) => {
    expect(zipf(3, () => at)()).toBe(drawn);
  });
});
