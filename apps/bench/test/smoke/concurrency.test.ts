import { describe, expect, it } from '@jest/globals';
import { row, SPREAD, smokeRun } from '../run.ts';

describe('A smoke run of concurrency', () => {
  const page = smokeRun('concurrency');

  it.each(
    ['200 B', '2 kB', '20 kB'].flatMap((size) => [
      [size, '1'],
      [size, '64'],
    ]),
  )('compares the cycles of sessions of %s, %s at once', (...which) => {
    const [holdfast, connectRedis, ratio] = row(page(), ...which);
    expect(holdfast).toMatch(/^\d+$/);
    expect(connectRedis).toMatch(/^\d+$/);
    expect(ratio).toMatch(SPREAD);
  });

  it('finds all 50 fields of 50 writers with Holdfast, at about one command per save', () => {
    const [survived, commands = ''] = row(page(), 'Holdfast');
    expect(survived).toBe('50 (50 – 50) of 50');
    expect(Number.parseFloat(commands)).toBeLessThan(1.5);
  });

  it('finds one of the fields with connect-redis', () => {
    expect(row(page(), 'connect-redis')[0]).toBe('1 (1 – 1) of 50');
  });

  it.each(['Machine', 'Node', 'Server', 'Packages', 'Rounds'])('states: %s', (what) => {
    expect(row(page(), what)[0]).toMatch(/\w/);
  });
});
