import { describe, expect, test } from '@jest/globals';
import { chooseRedisSource, type Machine, redisServerPath } from '../src/redis-source.ts';

const nothing: Machine = {
  env: {},
  findRedisServer: () => undefined,
  hasContainerEngine: async () => false,
};
const engine: Machine = { ...nothing, hasContainerEngine: async () => true };
const binary: Machine = { ...nothing, findRedisServer: () => '/usr/bin/redis-server' };
const both: Machine = { ...engine, findRedisServer: binary.findRedisServer };

/** Returns the machine with these variables. */
const having = (machine: Machine, env: Machine['env']): Machine => ({ ...machine, env });

describe('chooseRedisSource', () => {
  test('prefers TEST_REDIS_URL to everything', async () => {
    const env = { TEST_REDIS_URL: 'redis://test', TEST_REDIS_IMAGE: 'valkey/valkey:8' };
    expect(await chooseRedisSource(having(both, env))).toEqual({
      kind: 'url',
      url: 'redis://test',
    });
  });

  test('prefers a container of TEST_REDIS_IMAGE to redis-server on PATH', async () => {
    const env = { TEST_REDIS_IMAGE: 'valkey/valkey:8' };
    const container = { kind: 'container', image: 'valkey/valkey:8' };
    expect(await chooseRedisSource(having(both, env))).toEqual(container);
  });

  test('prefers redis-server on PATH to a container of no given image', async () => {
    const path = { kind: 'redis-server', path: '/usr/bin/redis-server' };
    expect(await chooseRedisSource(both)).toEqual(path);
  });

  test('uses a container if there is only an engine', async () => {
    expect(await chooseRedisSource(engine)).toEqual({ kind: 'container', image: 'redis:8' });
  });

  test('ignores empty variables', async () => {
    const env = { TEST_REDIS_URL: '', TEST_REDIS_IMAGE: '' };
    expect(await chooseRedisSource(having(binary, env))).toMatchObject({ kind: 'redis-server' });
    expect(await chooseRedisSource(having(engine, env))).toMatchObject({ image: 'redis:8' });
  });

  test('says what to install if there is nothing', async () => {
    await expect(chooseRedisSource(nothing)).rejects.toThrow(
      /Install redis-server \(`apt-get .*`brew .*TEST_REDIS_URL.*Docker: no container engine answers\.$/,
    );
  });

  test('uses a container of the server that TEST_SERVER names, if it is not on this machine', async () => {
    const env = { TEST_SERVER: 'valkey-9.1' };
    const container = { kind: 'container', image: 'valkey/valkey:9.1' };
    expect(await chooseRedisSource(having(engine, env))).toEqual(container);
  });

  test('says how to get the server that TEST_SERVER names', async () => {
    const env = { TEST_SERVER: 'valkey-9.1' };
    await expect(chooseRedisSource(having(nothing, env))).rejects.toThrow(
      /^There is no valkey-9\.1 here\. Install it, .* TEST_SERVER_FOLDER .* root on Debian, .* engine such as Docker\.$/,
    );
  });

  test('does not fall back to redis-server if TEST_REDIS_IMAGE is set and no engine answers', async () => {
    const env = { TEST_REDIS_IMAGE: 'redis:8', DOCKER_HOST: 'unix:///gone.sock' };
    await expect(chooseRedisSource(having(binary, env))).rejects.toThrow(
      /container of redis:8, but no container engine answers at DOCKER_HOST, unix:\/\/\/gone\.sock\. Start .*unset/,
    );
  });
});

describe('redisServerPath', () => {
  test('returns the one on PATH', () => {
    expect(redisServerPath(binary)).toBe('/usr/bin/redis-server');
  });

  test('says how to get the one that TEST_SERVER names, even if an engine answers', () => {
    expect(() => redisServerPath(having(engine, { TEST_SERVER: 'redis-6.0' }))).toThrow(
      /^There is no redis-6\.0 here\. .* A container cannot take its place in these tests\.$/,
    );
  });

  test('says how to install it, even if an engine answers', () => {
    expect(() => redisServerPath(engine)).toThrow(
      /^Install redis-server \(`apt-get install .*`brew install .*clusters, sentinels.*in a container\.$/,
    );
  });
});
