import { describe, expect, it } from '@jest/globals';
import { bench, row } from './run.ts';

describe('A smoke run of the failover', () => {
  it('says when all works again through a client, and that nothing confirmed is lost', async () => {
    const { stdout } = await bench('failover', '--smoke');
    const [again, wait, errors, lost, healthy, longest, roaming] = row(
      stdout,
      'node-redis 6',
      'recommended',
    );
    expect(again).toMatch(/^\d+\.\d s$/);
    expect(wait).toMatch(/^\d+\.\d s$/);
    expect(errors).toMatch(/^\d+$/);
    expect(lost).toMatch(/^\d+ \(0\) of \d{4,}$/);
    expect(healthy).toMatch(/^\d{3,} → \d{3,}$/);
    expect(longest).toMatch(/^\d+ ms$/);
    expect(roaming).toMatch(/^\d{3,} → \d+$/);
  }, 60_000);
});
