import { describe, expect, it } from '@jest/globals';
import { compare, interleave } from '../src/measuring/rounds.ts';

describe('Rounds', () => {
  it('let the subjects take turns, and ignore the first turn of each', async () => {
    const order: string[] = [];
    const measured = await interleave(['A', 'B'], 2, async (name) => order.push(name));
    expect(order.join('')).toBe('ABBAAB');
    expect([...measured]).toEqual([
      ['A', [4, 5]],
      ['B', [3, 6]],
    ]);
  });

  it('compare two subjects within each round', async () => {
    const results = { A: [0, 10, 30], B: [0, 5, 10] };
    const next = async (name: 'A' | 'B') => results[name].shift() ?? Number.NaN;
    const { ratio } = await compare<'A' | 'B'>('A', 'B', 2, next);
    expect(ratio).toEqual({ median: 2.5, min: 2, max: 3 });
  });
});
