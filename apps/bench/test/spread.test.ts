import { describe, expect, it } from '@jest/globals';
import { ratios, spreadOf } from '../src/measuring/spread.ts';

describe('A spread', () => {
  it.each([
    [[3, 1, 2], { median: 2, min: 1, max: 3 }],
    [[4, 1, 2, 3], { median: 2.5, min: 1, max: 4 }],
  ])('of %j is %j', (results, spread) => {
    expect(spreadOf(results)).toEqual(spread);
  });
});

describe('Ratios', () => {
  it('divide the results of the same round', () => {
    expect(ratios([1, 6], [2, 3])).toEqual([0.5, 2]);
  });
});
