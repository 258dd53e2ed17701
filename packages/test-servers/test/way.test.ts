import { describe, expect, test } from '@jest/globals';
import { chooseWay, type Machine, redisServerPath } from '../src/way.ts';

const nothing: Machine = {
  env: {},
  findRedisServer: () => undefined,
  hasContainerEngine: async () => false,
};
const engine: Machine = { ...nothing, hasContainerEngine: async () => true };
const binary: Machine = { ...nothing, findRedisServer: () => '/usr/bin/redis-server' };
const both: Machine = { ...engine, findRedisServer: binary.findRedisServer };

/** The machine with these variables set. */
const having = (machine: Machine, env: Machine['env']): Machine => ({ ...machine, env });

describe('the way to a Redis', () => {
  test('is TEST_REDIS_URL before all', async () => {
    const env = { TEST_REDIS_URL: 'redis://test', TEST_REDIS_IMAGE: 'valkey/valkey:8' };
    expect(await chooseWay(having(both, env))).toEqual({ kind: 'url', url: 'redis://test' });
  });

  test('is a container of TEST_REDIS_IMAGE before redis-server on PATH', async () => {
    const env = { TEST_REDIS_IMAGE: 'valkey/valkey:8' };
    const container = { kind: 'container', image: 'valkey/valkey:8' };
    expect(await chooseWay(having(both, env))).toEqual(container);
  });

  test('is redis-server on PATH before a container that nothing asks for', async () => {
    const path = { kind: 'redis-server', path: '/usr/bin/redis-server' };
    expect(await chooseWay(both)).toEqual(path);
  });

  test('is a container where there is an engine alone', async () => {
    expect(await chooseWay(engine)).toEqual({ kind: 'container', image: 'redis:8' });
  });

  test('is by no variable that is empty', async () => {
    const env = { TEST_REDIS_URL: '', TEST_REDIS_IMAGE: '' };
    expect(await chooseWay(having(binary, env))).toMatchObject({ kind: 'redis-server' });
    expect(await chooseWay(having(engine, env))).toMatchObject({ image: 'redis:8' });
  });

  test('is asked for, with what to install, where there is none', async () => {
    await expect(chooseWay(nothing)).rejects.toThrow(
      /Install redis-server \(`apt-get .*`brew .*TEST_REDIS_URL.*Docker: no container engine answers\.$/,
    );
  });

  test('is not redis-server where TEST_REDIS_IMAGE asks for a container that no engine starts', async () => {
    const env = { TEST_REDIS_IMAGE: 'redis:8', DOCKER_HOST: 'unix:///gone.sock' };
    await expect(chooseWay(having(binary, env))).rejects.toThrow(
      /container of redis:8, and no container engine answers at DOCKER_HOST, unix:\/\/\/gone\.sock\. Start .*unset/,
    );
  });
});

describe('the redis-server of clusters and sentinels', () => {
  test('is the one on PATH', () => {
    expect(redisServerPath(binary)).toBe('/usr/bin/redis-server');
  });

  test('is asked for, with how to install it, also where an engine answers', () => {
    expect(() => redisServerPath(engine)).toThrow(
      /^Install redis-server \(`apt-get install .*`brew install .*clusters, sentinels.*in a container\.$/,
    );
  });
});
