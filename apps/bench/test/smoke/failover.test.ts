import { describe, expect, it } from '@jest/globals';
import { row, smokeRun } from '../run.ts';

describe('A smoke run of failover', () => {
  const page = smokeRun('failover');

  it('says when everything works again through a client, and that nothing confirmed is lost', () => {
    const [again, wait, errors, lost, healthy, longest, roaming] = row(
      page(),
      'node-redis 6',
      'recommended',
    );
    expect(again).toMatch(/^\d+\.\d s$/);
    expect(wait).toMatch(/^\d+\.\d s$/);
    expect(errors).toMatch(/^\d+$/);
    expect(lost).toMatch(/^\d+ \(0\) of [1-9]\d*$/);
    expect(healthy).toMatch(/^\d+ → [1-9]\d*$/);
    expect(longest).toMatch(/^\d+ ms$/);
    expect(roaming).toMatch(/^\d+ → \d+$/);
  });
});
