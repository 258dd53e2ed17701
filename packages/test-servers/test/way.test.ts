import { describe, expect, test } from '@jest/globals';
import { chooseWay, type Machine } from '../src/way.ts';

const nothing: Machine = {
  env: {},
  hasContainerEngine: async () => false,
  findRedisServer: () => undefined,
};
const binary: Machine = { ...nothing, findRedisServer: () => '/usr/bin/redis-server' };
const engine: Machine = { ...binary, hasContainerEngine: async () => true };
const url: Machine = { ...engine, env: { TEST_REDIS_URL: 'redis://test' } };

describe('the way to a Redis', () => {
  test('is TEST_REDIS_URL before all', async () => {
    expect(await chooseWay(url)).toEqual({ kind: 'url', url: 'redis://test' });
  });

  test('is not an empty TEST_REDIS_URL', async () => {
    const empty = { ...binary, env: { TEST_REDIS_URL: '' } };
    expect(await chooseWay(empty)).toEqual({ kind: 'redis-server', path: '/usr/bin/redis-server' });
  });

  test('is testcontainers where an engine answers', async () => {
    expect(await chooseWay(engine)).toEqual({ kind: 'testcontainers' });
  });

  test('is redis-server on PATH else', async () => {
    expect(await chooseWay(binary)).toEqual({
      kind: 'redis-server',
      path: '/usr/bin/redis-server',
    });
  });

  test('is asked for by name where there is none', async () => {
    await expect(chooseWay(nothing)).rejects.toThrow(
      /TEST_REDIS_URL.*container engine.*redis-server on PATH/,
    );
  });
});
