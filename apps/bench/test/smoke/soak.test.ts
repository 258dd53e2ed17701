import { describe, expect, it } from '@jest/globals';
import { row, smokeRun } from '../run.ts';

describe('A smoke run of soak', () => {
  const page = smokeRun('soak');

  it.each(
    ['node-redis 6', 'ioredis 5'].flatMap((client) => [
      [client, 'start'],
      [client, 'end'],
    ]),
  )('shows what an application on %s holds at the %s', (client, when) => {
    const [heap, handles, visitors, redis, median, slowest] = row(page(), client, when);
    expect(heap).toMatch(/^\d+\.\d MB$/);
    expect(Number(handles)).toBeGreaterThan(Number(visitors));
    expect(Number(redis)).toBeGreaterThanOrEqual(1);
    expect(median).toMatch(/^\d+\.\d ms$/);
    expect(slowest).toMatch(/^\d+\.\d ms$/);
  });

  it.each(['node-redis 6', 'ioredis 5'])('injects a fault under %s', (client) => {
    expect(page()).toMatch(new RegExp(`^${client}: [1-9]\\d* requests, [1-9]\\d* faults\\.$`, 'm'));
  });
});
