import { describe, expect, it } from '@jest/globals';
import { bench, row } from './run.ts';

describe('A smoke run of the soak', () => {
  it('shows what an application holds before and after, on each client', async () => {
    const { stdout } = await bench('soak', '--smoke');
    for (const client of ['node-redis 6', 'ioredis 5']) {
      for (const when of ['start', 'end']) {
        const [heap, handles, visitors, redis, median, slowest] = row(stdout, client, when);
        expect(heap).toMatch(/^\d+\.\d MB$/);
        expect(Number(handles)).toBeGreaterThan(Number(visitors));
        expect(Number(redis)).toBeGreaterThanOrEqual(1);
        expect(median).toMatch(/^\d+\.\d ms$/);
        expect(slowest).toMatch(/^\d+\.\d ms$/);
      }
    }
  }, 60_000);
});
