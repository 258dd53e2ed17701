import { describe, expect, it } from '@jest/globals';
import { readOptions, WrongUsage } from '../src/options.ts';
import { bench } from './run.ts';

const WORKLOADS =
  'caching, concurrency, failover, parts, recovery, reliability, scale, soak, speed, tuning';

describe('The command line of the bench', () => {
  it.each([
    [['fast'], `The workload must be one of ${WORKLOADS}, not fast.`],
    [['scale', 'more'], `The workload must be one of ${WORKLOADS}, not scale more.`],
    [['--fast'], "Unknown option '--fast'"],
    [['--rounds', '0'], '--rounds must be a whole number above zero, not "0".'],
    [['--seconds', 'long'], '--seconds must be a number above zero, not "long".'],
    [['soak', '--minutes', '0'], '--minutes must be a number above zero, not "0".'],
    [['--smoke', '--write'], 'A smoke run measures nothing worth a --write.'],
  ])('refuses %j and says why', (args, why) => {
    expect(() => readOptions(args)).toThrow(WrongUsage);
    expect(() => readOptions(args)).toThrow(why);
  });

  it('reads the workload and its numbers', () => {
    const options = readOptions(['tuning', '--rounds', '3', '--seconds', '0.5']);
    expect(options).toMatchObject({ workload: 'tuning', rounds: 3, seconds: 0.5, smoke: false });
  });

  it('measures speed by default', () => {
    expect(readOptions([]).workload).toBe('speed');
  });

  it('prints a mistake and the usage, and exits with 2', async () => {
    await expect(bench('fast')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^The workload must be .+\n\nUsage: pnpm bench/),
    });
  });

  it('explains itself', async () => {
    expect((await bench('--help')).stdout).toContain('Usage: pnpm bench');
  });
});
