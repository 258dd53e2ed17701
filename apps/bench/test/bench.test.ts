import { describe, expect, it } from '@jest/globals';
import { bench, row } from './support.ts';

describe('A smoke run of the bench', () => {
  const page = bench('--smoke').then(({ stdout }) => stdout);

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

describe('The command line of the bench', () => {
  it.each([
    [['--fast'], "Unknown option '--fast'"],
    [['speed'], 'The workload is one of: concurrency, failover.'],
    [['--rounds', '0'], '--rounds must be a whole number above zero, not "0".'],
    [['--seconds', 'long'], '--seconds must be a number above zero, not "long".'],
    [['--smoke', '--write'], 'A smoke run measures nothing worth a --write.'],
  ])('refuses %j and says why', async (args, why) => {
    const refused = expect(bench(...args)).rejects;
    await refused.toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  });

  it('explains itself', async () => {
    expect((await bench('--help')).stdout).toContain('Usage: pnpm bench');
  });
});
