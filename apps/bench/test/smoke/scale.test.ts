import { describe, expect, it } from '@jest/globals';
import { row, SPREAD, smokeRun } from '../run.ts';

const TIME = /^\d+\.\d+$/;

describe('A smoke run of scale', () => {
  const page = smokeRun('scale');

  describe.each(['0', '200'])('among %s other keys', (others) => {
    it.each(['length', 'ids', 'all', 'clear'])('compares: %s', (call) => {
      const [holdfast, connectRedis, ratio] = row(page(), '100', others, `\`${call}\``);
      expect(holdfast).toMatch(TIME);
      expect(connectRedis).toMatch(TIME);
      expect(ratio).toMatch(SPREAD);
    });

    it.each(['listByUser', 'countByUser', 'destroyByUser'])(
      'compares for a user, and shows how it grows: %s',
      (call) => {
        const cells = row(page(), '100', others, `\`${call}\``);
        for (const time of cells.slice(0, -1)) expect(time).toMatch(TIME);
        expect(cells).toHaveLength(5);
        expect(cells.at(-1)).toMatch(SPREAD);
      },
    );
  });

  // The machine may interrupt the server, so any command of the call can be the slowest.
  it.each([
    ['all', ['SCAN', 'MGET']],
    ['clear', ['SCAN', 'DEL']],
  ])('finds the slowest command of connect-redis for %s, one of %j', (call, commands) => {
    const [, connectRedis = ''] = row(page(), `\`${call}\``);
    const [slowest, ...milliseconds] = connectRedis.split(' ');
    expect(commands).toContain(slowest);
    expect(milliseconds.join(' ')).toMatch(SPREAD);
  });

  it.each(['Holdfast `sessions()`', 'Holdfast `all()`', 'connect-redis `all()`'])(
    'measures the memory of: %s',
    (reader) => {
      const [, before, peak] = row(page(), '200', reader).map(Number);
      expect(before).toBeGreaterThan(0);
      expect(peak).toBeGreaterThanOrEqual(before ?? Number.NaN);
    },
  );

  it('finds that an index takes memory', () => {
    const bytes = (options: string) => Number(row(page(), options)[0]);
    expect(bytes('`userId` and `trackCount`')).toBeGreaterThan(bytes('none'));
  });
});
