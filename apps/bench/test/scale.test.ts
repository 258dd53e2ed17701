import { describe, expect, it, jest } from '@jest/globals';
import { requireAll } from '../src/scale/calls.ts';
import { inEmpty } from '../src/scale/keys.ts';
import { bench, row } from './run.ts';

// The first of these waits for the whole run.
jest.setTimeout(60_000);

const TIME = /^\d+\.\d+$/;
const SPREAD = /^[\d.]+ \([\d.]+ – [\d.]+\)$/;

describe('A smoke run of scale', () => {
  const page = bench('scale', '--smoke').then(({ stdout }) => stdout);

  describe.each(['0', '2,000'])('among %s other keys', (others) => {
    it.each(['length', 'ids', 'all', 'clear'])('compares: %s', async (call) => {
      const [holdfast, connectRedis, ratio] = row(await page, '1,000', others, `\`${call}\``);
      expect(holdfast).toMatch(TIME);
      expect(connectRedis).toMatch(TIME);
      expect(ratio).toMatch(SPREAD);
    });

    it.each(['listByUser', 'countByUser', 'destroyByUser'])(
      'compares for a user, and shows how it grows: %s',
      async (call) => {
        const cells = row(await page, '1,000', others, `\`${call}\``);
        for (const time of cells.slice(0, -1)) expect(time).toMatch(TIME);
        expect(cells).toHaveLength(5);
        expect(cells.at(-1)).toMatch(SPREAD);
      },
    );
  });

  it.each([
    ['all', 'MGET'],
    ['clear', 'DEL'],
  ])('finds the slowest command of connect-redis for %s: %s', async (call, command) => {
    const [, connectRedis = ''] = row(await page, `\`${call}\``);
    const [slowest, ...milliseconds] = connectRedis.split(' ');
    expect(slowest).toBe(command);
    expect(milliseconds.join(' ')).toMatch(SPREAD);
  });

  it.each(['Holdfast `sessions()`', 'Holdfast `all()`', 'connect-redis `all()`'])(
    'measures the memory of: %s',
    async (reader) => {
      const [, before, peak] = row(await page, '2,000', reader).map(Number);
      expect(before).toBeGreaterThan(0);
      expect(peak).toBeGreaterThanOrEqual(before ?? Number.NaN);
    },
  );

  it('finds that an index takes memory', async () => {
    const bytes = async (options: string) => Number(row(await page, options)[0]);
    expect(await bytes('`index` and `trackCount`')).toBeGreaterThan(await bytes('none'));
  });
});

describe('Scale', () => {
  it('does not touch a Redis that has keys', async () => {
    const asked: string[] = [];
    const raw = async (command = '') => {
      asked.push(command);
      return 3;
    };
    await expect(inEmpty(raw, async () => {})).rejects.toThrow('The Redis has 3 keys');
    expect(asked).toEqual(['DBSIZE']);
  });

  it('does not count a call that left sessions out', () => {
    expect(() => requireAll(99, 100)).toThrow('99 of 100 sessions were answered.');
  });
});
