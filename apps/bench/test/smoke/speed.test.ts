import { describe, expect, it } from '@jest/globals';
import { after, row, SPREAD, smokeRun } from '../run.ts';

describe('A smoke run of speed', () => {
  const page = smokeRun('speed');

  it('begins with the speedups beside connect-redis', () => {
    const [headline = ''] = page().split('\n## ');
    expect(headline).toMatch(
      /^# Speed.+\n\nHoldfast on node-redis 6 is [\d.]+ to [\d.]+ times as fast as connect-redis 10/,
    );
    const [ratio, spread] = row(headline, 'read a session (`get`)', 'node-redis 6');
    expect(ratio).toMatch(/^\d+\.\d\d$/);
    expect(spread).toMatch(/^\d+\.\d\d – \d+\.\d\d$/);
  });

  describe.each(['get', 'get + touch', 'set', 'cycle', 'destroy'])('measures %s', (operation) => {
    it.each(['200 B', '2 kB'])('with sessions of %s', (size) => {
      const rates = row(after(page(), `### ${operation}`), size, '64');
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
  ])('counts the commands of %s', (operation, holdfast, connectRedis) => {
    const [ofHoldfast, ofConnectRedis] = row(after(page(), '### Commands'), operation);
    // Other tests may use the same server.
    expect(Number(ofHoldfast)).toBeGreaterThanOrEqual(holdfast);
    expect(Number(ofConnectRedis)).toBeGreaterThanOrEqual(connectRedis);
  });

  it('measures the memory of remembered touches', () => {
    const [heap, forgetting] = row(after(page(), '### Commands'), '5,000').map(Number);
    expect(heap).toBeGreaterThan(forgetting ?? Number.NaN);
  });

  it.each([
    ['read', 'Holdfast, node-redis 6', 1],
    ['read', 'connect-redis 10, node-redis 6', 2],
    ['write', 'Holdfast, node-redis 6', 2],
    ['write', 'connect-redis 10, node-redis 6', 2],
  ])('measures a request to Express: %s, %s', (kind, store, commands) => {
    const [rate, cpu, sent = '', memory] = row(after(page(), `### ${kind}`), store);
    expect(rate).toMatch(SPREAD);
    expect(cpu).toMatch(SPREAD);
    // Other tests may use the same server.
    expect(Number.parseFloat(sent)).toBeGreaterThanOrEqual(commands);
    expect(memory).toMatch(SPREAD);
  });

  it('shows no commands for a store that does not use Redis', () => {
    expect(row(after(page(), '### read'), 'MemoryStore')[2]).toBe('');
  });

  it.each([
    ['Holdfast, node-redis 6', 'get, 200 B, 64 at once', '≥ 2.3 × connect-redis 10, node-redis 6'],
    ['Holdfast, ioredis 5', 'set, 2 kB, 64 at once', '≥ 0.6 × bare ioredis 5'],
    ['Holdfast, node-redis 6', 'HTTP, read', '≥ 1.2 × connect-redis 10, node-redis 6'],
  ])('ends with the targets, and says whether they are reached: %s, %s, %s', (...target) => {
    const [measured, reached] = row(after(page(), '## For contributors: targets'), ...target);
    expect(measured).toMatch(SPREAD);
    expect(reached).toMatch(/^(yes|no)$/);
  });
});
