import { describe, expect, it, jest } from '@jest/globals';
import { bench, row } from './run.ts';

// The first of these waits for the whole run.
jest.setTimeout(60_000);

const RATE = /^[1-9]\d* \(\d+ – \d+\)$/;
const RATIO = /^\d+\.\d\d \(\d+\.\d\d – \d+\.\d\d\)$/;

describe('A smoke run of tuning', () => {
  const page = bench('tuning', '--smoke').then(({ stdout }) => stdout);

  describe.each([
    ['node-redis 6', 3],
    ['ioredis 5', 2],
  ])('compares the settings of %s', (client, settings) => {
    it.each(
      ['get', 'get + touch', 'set'].flatMap((operation) => [
        [operation, '1'],
        [operation, '64'],
        [operation, '256'],
      ]),
    )('for %s, %s at once', async (operation, concurrency) => {
      const [, part = ''] = (await page).split(`\n## ${client}\n`);
      const [plain, ...ratios] = row(part, operation, '200 B', concurrency);
      expect(plain).toMatch(RATE);
      expect(ratios).toHaveLength(settings);
      for (const ratio of ratios) expect(ratio).toMatch(RATIO);
    });
  });
});
