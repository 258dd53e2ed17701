import { describe, expect, it } from '@jest/globals';
import { bench, row } from './run.ts';

describe('A smoke run of concurrency', () => {
  const page = bench('concurrency', '--smoke').then(({ stdout }) => stdout);

  it.each(
    ['200 B', '2 kB', '20 kB'].flatMap((size) => [
      [size, '1'],
      [size, '64'],
    ]),
  )('compares the cycles of sessions of %s, %s at once', async (...which) => {
    const [holdfast, connectRedis, ratio = ''] = row(await page, ...which);
    expect(Number(holdfast)).toBeGreaterThan(0);
    expect(Number(connectRedis)).toBeGreaterThan(0);
    expect(ratio).toMatch(/^\d+\.\d\d \(\d+\.\d\d – \d+\.\d\d\)$/);
  });

  it('finds all 50 fields of 50 writers with Holdfast, at about one command per save', async () => {
    const [survived, commands = ''] = row(await page, 'Holdfast');
    expect(survived).toBe('50 (50 – 50) of 50');
    expect(Number.parseFloat(commands)).toBeLessThan(1.5);
  });

  it('finds one of the fields with connect-redis', async () => {
    expect(row(await page, 'connect-redis')[0]).toBe('1 (1 – 1) of 50');
  });

  it.each(['Machine', 'Node', 'redis-server', 'Packages', 'Rounds'])('states: %s', async (what) => {
    expect(row(await page, what)[0]).toMatch(/\w/);
  });
});
