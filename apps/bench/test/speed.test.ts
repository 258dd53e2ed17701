import { describe, expect, it, jest } from '@jest/globals';
import { barChart } from '../src/bar-chart.ts';
import type { Measured } from '../src/speed/comparison.ts';
import type { Contestant } from '../src/speed/contestants.ts';
import { targetsOf } from '../src/speed/targets.ts';
import { bench, row } from './run.ts';

// The first of these waits for the whole run.
jest.setTimeout(60_000);

const SPREAD = /^\d+\.\d\d \(\d+\.\d\d – \d+\.\d\d\)$/;
const RATE = /^[1-9]\d* \(\d+ – \d+\)$/;

describe('A smoke run of speed', () => {
  const page = bench('speed', '--smoke').then(({ stdout }) => stdout);
  const part = async (heading: string) => {
    const [, after = ''] = (await page).split(`\n### ${heading}\n`);
    return after;
  };

  describe.each(['get', 'get + touch', 'set', 'cycle', 'destroy'])('measures %s', (operation) => {
    it.each([
      ['200 B', '1'],
      ['200 B', '64'],
      ['2 kB', '1'],
      ['2 kB', '64'],
    ])('with sessions of %s, %s at once', async (...which) => {
      const rates = row(await part(operation), ...which);
      expect(rates).toHaveLength(9);
      for (const rate of rates) expect(Number(rate)).toBeGreaterThan(0);
    });
  });

  it.each([
    ['get', 1, 1],
    ['get + touch', 1, 2],
    ['set', 1, 1],
    ['cycle', 2, 2],
    ['destroy', 1, 1],
  ])('counts the commands of %s', async (operation, holdfast, connectRedis) => {
    const [mine, other] = row(await part('Commands'), operation);
    // Other tests may use the same server meanwhile.
    expect(Number(mine)).toBeGreaterThanOrEqual(holdfast);
    expect(Number(other)).toBeGreaterThanOrEqual(connectRedis);
  });

  it.each(['5,000', '10,000'])(
    'measures the memory of the touches of %s sessions',
    async (sessions) => {
      const [heap, forgetting] = row(await part('Commands'), sessions).map(Number);
      expect(heap).toBeGreaterThan(forgetting ?? Number.NaN);
    },
  );

  it.each([
    ['read', 'Holdfast, node-redis 6', 1],
    ['read', 'connect-redis 10, node-redis 6', 2],
    ['write', 'Holdfast, node-redis 6', 2],
    ['write', 'connect-redis 10, node-redis 6', 2],
  ])('measures a request to Express: %s, %s', async (kind, store, commands) => {
    const [rate, cpu, sent = '', memory] = row(await part(kind), store);
    expect(rate).toMatch(RATE);
    expect(cpu).toMatch(RATE);
    // Other tests may use the same server meanwhile.
    expect(Number.parseFloat(sent)).toBeGreaterThanOrEqual(commands);
    expect(memory).toMatch(RATE);
  });

  it('leaves the commands of a store blank that asks no Redis', async () => {
    expect(row(await part('read'), 'MemoryStore')[2]).toBe('');
  });

  it.each([
    ['Holdfast, node-redis 6', 'get, 200 B, 64 at once', '≥ 2.3 × connect-redis 10, node-redis 6'],
    ['Holdfast, ioredis 5', 'set, 2 kB, 64 at once', '≥ 0.6 × bare ioredis 5'],
    ['Holdfast, node-redis 6', 'HTTP, read', '≥ 1.2 × connect-redis 10, node-redis 6'],
  ])('says whether a target is reached: %s, %s, %s', async (...target) => {
    const [measured, reached] = row(await page, ...target);
    expect(measured).toMatch(SPREAD);
    expect(reached).toMatch(/^(yes|no)$/);
  });
});

describe('A target', () => {
  it.each([
    [[230, 300, 231], true],
    [[300, 229, 228], false],
  ])('of 2.3 times as much is judged by the median: %j to 100 each', (mine, isReached) => {
    const rates: Measured<Contestant> = new Map([
      ['Holdfast, node-redis 6', mine],
      ['connect-redis 10, node-redis 6', [100, 100, 100]],
    ]);
    const which = { operation: 'get', bytes: 200, concurrency: 64 } as const;
    const result = { ...which, rates, commands: rates };
    expect(targetsOf({ stores: [result], memory: [], http: [] })[0]).toMatchObject({
      asked: '≥ 2.3 × connect-redis 10, node-redis 6',
      isReached,
    });
  });

  it('is not reached where nothing was measured', () => {
    const targets = targetsOf({ stores: [], memory: [], http: [] });
    expect(targets.filter(({ isReached }) => isReached)).toEqual([]);
  });
});

describe('A bar chart', () => {
  it('draws bars in proportion to their values, and marks what it is about', () => {
    const svg = barChart('Speed', [
      { label: 'one', value: 100, isMine: true },
      { label: 'other', value: 50, isMine: false },
    ]);
    const bars = Array.from(svg.matchAll(/<rect( class="mine")? .*width="(\d+)"/g));
    expect(bars.map(([, isMine]) => isMine !== undefined)).toEqual([true, false]);
    const [longest, shorter] = bars.map(([, , width]) => Number(width));
    expect(longest).toBe(2 * Number(shorter));
  });
});
