import { describe, expect, it } from '@jest/globals';
import { chooseEffort } from '../src/workloads/workload.ts';

const FULL = { rounds: 7, sizes: [200, 2000] };
const SMOKE = { rounds: 1, sizes: [200] };

describe('The effort of a workload', () => {
  it('is full by default', () => {
    expect(chooseEffort({ smoke: false, rounds: undefined }, FULL, SMOKE)).toEqual(FULL);
  });

  it('is small in a smoke run', () => {
    expect(chooseEffort({ smoke: true }, FULL, SMOKE)).toEqual(SMOKE);
  });

  it('takes the numbers from the command line that it knows', () => {
    const asked = { smoke: true, rounds: 3, minutes: 5 };
    expect(chooseEffort(asked, FULL, SMOKE)).toEqual({ rounds: 3, sizes: [200] });
  });
});
