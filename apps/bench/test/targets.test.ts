import { describe, expect, it } from '@jest/globals';
import type { Series } from '../src/measuring/series.ts';
import type { Contestant } from '../src/workloads/speed/contestants.ts';
import { targetsOf } from '../src/workloads/speed/targets.ts';

describe('A target', () => {
  it.each([
    [[230, 300, 231], true],
    [[300, 229, 228], false],
  ])('of 2.3 times as much depends on the median: %j to 100 each', (holdfast, isReached) => {
    const rates: Series<Contestant> = new Map([
      ['Holdfast, node-redis 6', holdfast],
      ['connect-redis 10, node-redis 6', [100, 100, 100]],
    ]);
    const which = { operation: 'get', bytes: 200, concurrency: 64 } as const;
    const result = { ...which, rates, commands: rates };
    expect(targetsOf({ stores: [result], memory: [], http: [] })[0]).toMatchObject({
      goal: '≥ 2.3 × connect-redis 10, node-redis 6',
      isReached,
    });
  });

  it('is not reached if nothing was measured', () => {
    const targets = targetsOf({ stores: [], memory: [], http: [] });
    expect(targets.filter(({ isReached }) => isReached)).toEqual([]);
  });
});
