import { describe, expect, it } from '@jest/globals';
import { interleave, ratios, spreadOf } from '../src/rounds.ts';

describe('Rounds', () => {
  it('let the subjects take turns, and leave the first turn of each out', async () => {
    const order: string[] = [];
    const measured = await interleave(['A', 'B'], 2, async (name) => order.push(name));
    expect(order.join('')).toBe('ABBAAB');
    expect([...measured]).toEqual([
      ['A', [4, 5]],
      ['B', [3, 6]],
    ]);
  });

  it('are compared one by one', () => {
    expect(ratios([1, 6], [2, 3])).toEqual([0.5, 2]);
  });

  it.each([
    [[3, 1, 2], { median: 2, min: 1, max: 3 }],
    [[4, 1, 2, 3], { median: 2.5, min: 1, max: 4 }],
  ])('of %j come to %j', (results, spread) => {
    expect(spreadOf(results)).toEqual(spread);
  });
});
