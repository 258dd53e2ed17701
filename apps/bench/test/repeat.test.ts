import { describe, expect, it } from '@jest/globals';
import { repeatFor } from '../src/measuring/repeat.ts';

describe('Repeating', () => {
  it('does each step once if there is no time', async () => {
    const done: string[] = [];
    const steps = ['A', 'B'].map((name) => async () => done.push(name));
    expect((await repeatFor(0, steps)).done).toBe(2);
    expect(done).toEqual(['A', 'B']);
  });

  it('ends when nothing is left to do', async () => {
    const left = [1, 2, 3, 4, 5];
    const step = () => (left.pop() === undefined ? undefined : Promise.resolve());
    expect((await repeatFor(Number.POSITIVE_INFINITY, [step, step])).done).toBe(5);
  });
});
