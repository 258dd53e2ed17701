import { describe, expect, it } from '@jest/globals';
import { slowestOf } from '../src/workloads/scale/slowlog.ts';

describe('The slowest command', () => {
  it('is the one that took longest, in milliseconds', () => {
    const log: Parameters<typeof slowestOf>[0] = [
      [2, 0, 150, ['SCAN', '0']],
      [1, 0, 2500, ['mget', 'a', 'b']],
      [0, 0, 20, ['GET', 'a']],
    ];
    expect(slowestOf(log)).toEqual({ command: 'MGET', milliseconds: 2.5 });
  });

  it('is none that the measurement itself sent', () => {
    const log: Parameters<typeof slowestOf>[0] = [
      [2, 0, 9000, ['slowlog', 'RESET']],
      [1, 0, 9000, ['config', 'SET']],
      [0, 0, 20, ['GET', 'a']],
    ];
    expect(slowestOf(log).command).toBe('GET');
  });
});
