import { describe, expect, it } from '@jest/globals';
import type { Series } from '../src/measuring/series.ts';
import type { Contestant } from '../src/workloads/speed/contestants.ts';
import { speedupsOf, summaryOf } from '../src/workloads/speed/headline.ts';

const rates: Series<Contestant> = new Map([
  ['Holdfast, node-redis 6', [150, 160]],
  ['connect-redis 10, node-redis 6', [100, 100]],
  ['Holdfast, ioredis 5', [200, 400]],
  ['connect-redis 8, ioredis 5', [100, 100]],
]);
const round = { commandsPerRequest: 1, cpuMicroseconds: 1, memoryMegabytes: 1 };

const speedups = speedupsOf({
  stores: [
    { operation: 'get', bytes: 200, concurrency: 64, rates, commands: rates },
    { operation: 'set', bytes: 2000, concurrency: 64, rates, commands: rates },
    { operation: 'set', bytes: 200, concurrency: 1, rates, commands: rates },
  ],
  memory: [],
  http: [
    {
      kind: 'read',
      rounds: new Map([
        ['Holdfast, node-redis 6', [{ ...round, requestsPerSecond: 500 }]],
        ['connect-redis 10, node-redis 6', [{ ...round, requestsPerSecond: 100 }]],
        ['Holdfast, ioredis 5', [{ ...round, requestsPerSecond: 900 }]],
      ]),
    },
  ],
});

describe('The headline of the speed page', () => {
  it('shows small sessions and many operations at once, the largest speedup first', () => {
    expect(speedups.map(({ operation, client }) => `${operation}, ${client}`)).toEqual([
      'HTTP request that reads its session, node-redis 6',
      'read a session (`get`), ioredis 5',
      'read a session (`get`), node-redis 6',
    ]);
  });

  it('divides by the result of connect-redis on the same client', () => {
    expect(speedups.map(({ ratio }) => ratio)).toEqual([
      { median: 5, min: 5, max: 5 },
      { median: 3, min: 2, max: 4 },
      { median: 1.55, min: 1.5, max: 1.6 },
    ]);
  });

  it('says for each client how small and how large the speedups are', () => {
    expect(summaryOf(speedups).split('\n')).toEqual([
      'Holdfast on node-redis 6 is 1.55 to 5.00 times as fast as connect-redis 10 on the same client.',
      'Holdfast on ioredis 5 is 3.00 to 3.00 times as fast as connect-redis 8 on the same client.',
    ]);
  });
});
