import { describe, expect, it } from '@jest/globals';
import { barChart } from '../src/reporting/bar-chart.ts';

describe('A bar chart', () => {
  it('draws bars in proportion to their values, and highlights those that should stand out', () => {
    const svg = barChart('Speed', [
      { label: 'one', value: 100, isHighlighted: true },
      { label: 'other', value: 50, isHighlighted: false },
    ]);
    const bars = Array.from(svg.matchAll(/<rect( class="highlighted")? .*width="(\d+)"/g));
    expect(bars.map(([, highlighted]) => highlighted !== undefined)).toEqual([true, false]);
    const [longest, shorter] = bars.map(([, , width]) => Number(width));
    expect(longest).toBe(2 * Number(shorter));
  });
});
