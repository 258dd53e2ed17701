import { describe, expect, it } from '@jest/globals';
import { zipf } from '../src/workloads/caching/zipf.ts';

describe('Zipf', () => {
  it.each([
    [0, 0],
    [0.54, 0],
    [0.55, 1],
    [0.81, 1],
    [0.82, 2],
    [0.999_999, 2],
  ])('draws at %d of the sum of 1, 1/2 and 1/3 the number %i', (at, drawn) => {
    expect(zipf(3, () => at)()).toBe(drawn);
  });
});
