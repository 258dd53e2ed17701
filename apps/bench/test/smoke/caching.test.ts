import { describe, expect, it } from '@jest/globals';
import { after, row, SPREAD, smokeRun } from '../run.ts';

describe('A smoke run of caching', () => {
  const page = smokeRun('caching');

  // How many commands a request sends without a cache. Other tests may use the same server, so there can be more.
  describe.each([
    ['All read, each touch is due', 2],
    ['All read', 1],
    ['One in ten writes', 1],
  ])('%s', (mix, least) => {
    it.each(['1', '64'])('compares with a cache and without, %s at once', (atOnce) => {
      const cells = row(after(page(), `### ${mix}`), '200 B', '100', atOnce);
      const [hits, cached, uncached, ratio, , commands = ''] = cells;
      expect(hits).toMatch(SPREAD);
      expect(cached).toMatch(/^\d+$/);
      expect(uncached).toMatch(/^\d+$/);
      expect(ratio).toMatch(SPREAD);
      expect(Number.parseFloat(commands)).toBeGreaterThanOrEqual(least);
    });
  });

  it('has sessions in the cache', () => {
    const [hits = ''] = row(after(page(), '### All read'), '200 B', '100', '64');
    expect(Number.parseFloat(hits)).toBeGreaterThan(0);
  });

  it.each(['0', '64'])('finds that Holdfast returns no ended session, %s reads at once', (busy) => {
    expect(row(page(), 'as it is', busy)).toEqual(['0', '0.00']);
    expect(row(page(), 'with the cache', busy)[0]).toMatch(/^\d+$/);
  });

  it('says for how long an expired session is served', () => {
    const expiry = after(page(), '## After an expiry');
    expect(row(expiry, 'as it is')[0]).toMatch(/^\d+$/);
    expect(row(expiry, 'with the cache')[0]).toMatch(/^(more than )?\d+$/);
  });
});
