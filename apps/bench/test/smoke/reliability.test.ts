import { describe, expect, it } from '@jest/globals';
import { row, smokeRun } from '../run.ts';

const SECONDS = /^\d+\.\d s$/;

describe('A smoke run of reliability', () => {
  const page = smokeRun('reliability');
  const killed = (store: string, settings: string) =>
    row(page(), 'server killed and started again', store, 'node-redis 6', settings);

  it('finds that an application ends if its client has no listener for errors', () => {
    const cells = killed('connect-redis 10', 'as in its README');
    expect(cells.slice(-3)).toEqual(['never', expect.stringMatching(/^\d+ of [1-9]/), 'died']);
  });

  // connect-redis loses writes of requests that overlap, as they do on a busy machine.
  it.each([
    ['connect-redis 10', 'recommended', / × 500/, /^\d+ of [1-9]/],
    ['Holdfast', 'recommended', / × 503/, /^0 of [1-9]/],
    ['Holdfast', 'recommended, `onOutage: "skip"`', / × 200 without a session/, /^0 of [1-9]/],
  ])('says what visitors of %s see, %s', (store, settings, answer, losses) => {
    const [wait, answers, again, lost, life] = killed(store, settings);
    expect(wait).toMatch(SECONDS);
    expect(answers).toMatch(answer);
    expect(again).toMatch(SECONDS);
    expect(lost).toMatch(losses);
    expect(life).toBe('lived');
  });
});
