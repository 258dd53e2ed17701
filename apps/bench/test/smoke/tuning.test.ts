import { describe, expect, it } from '@jest/globals';
import { after, row, SPREAD, smokeRun } from '../run.ts';

describe('A smoke run of tuning', () => {
  const page = smokeRun('tuning');

  describe.each([
    ['node-redis 6', 3],
    ['ioredis 5', 2],
  ])('compares the settings of %s', (client, settings) => {
    it.each(
      ['get', 'set'].flatMap((operation) => [
        [operation, '1'],
        [operation, '64'],
      ]),
    )('for %s, %s at once', (operation, concurrency) => {
      const [plain, ...ratios] = row(
        after(page(), `## ${client}`),
        operation,
        '200 B',
        concurrency,
      );
      expect(plain).toMatch(SPREAD);
      expect(ratios).toHaveLength(settings);
      for (const ratio of ratios) expect(ratio).toMatch(SPREAD);
    });
  });
});
