import { describe, expect, it } from '@jest/globals';
import { requireAll } from '../src/workloads/scale/calls.ts';

describe('A measured call', () => {
  it('must return all sessions', () => {
    expect(() => requireAll(99, 100)).toThrow('The call returned 99 of 100 sessions.');
    expect(() => requireAll(100, 100)).not.toThrow();
  });
});
