import { describe, expect, it } from '@jest/globals';
import { bench } from './run.ts';

describe('The command line of the bench', () => {
  it.each([
    [
      ['fast'],
      'The workload must be one of caching, concurrency, failover, reliability, scale, soak, speed, tuning, not fast.',
    ],
    [
      ['scale', 'more'],
      'The workload must be one of caching, concurrency, failover, reliability, scale, soak, speed, tuning, not scale more.',
    ],
    [['--fast'], "Unknown option '--fast'"],
    [['--rounds', '0'], '--rounds must be a whole number above zero, not "0".'],
    [['--seconds', 'long'], '--seconds must be a number above zero, not "long".'],
    [['soak', '--minutes', '0'], '--minutes must be a number above zero, not "0".'],
    [['--smoke', '--write'], 'A smoke run measures nothing worth a --write.'],
  ])('refuses %j and says why', async (args, why) => {
    const refused = expect(bench(...args)).rejects;
    await refused.toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  });

  it('explains itself', async () => {
    expect((await bench('--help')).stdout).toContain('Usage: pnpm bench');
  });
});
