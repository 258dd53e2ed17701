import { hasContainerEngine } from './container.ts';
import { findServer, howToGet, imageOf, nameOf } from './named-servers.ts';
import { onPath } from './on-path.ts';

/** Where the tests get their Redis server from. */
export type RedisSource =
  | { kind: 'url'; url: string }
  | { kind: 'redis-server'; path: string }
  | { kind: 'container'; image: string };

/** What a machine offers. The tests of {@link chooseRedisSource} pass their own. */
export interface Machine {
  env: {
    TEST_REDIS_URL?: string | undefined;
    TEST_REDIS_IMAGE?: string | undefined;
    TEST_SERVER?: string | undefined;
    DOCKER_HOST?: string | undefined;
  };
  /** Returns the path of the server that `TEST_SERVER` names, or else that of redis-server. */
  findRedisServer(): string | undefined;
  hasContainerEngine(): Promise<boolean>;
}

/** The image of a container if `TEST_REDIS_IMAGE` names no other. */
export const IMAGE = 'redis:8';

const INSTALL_REDIS_SERVER =
  'Install redis-server (`apt-get install redis-server` on Debian and Ubuntu, `brew install redis` on macOS)';

/**
 * Chooses the first source that the machine offers: the server at `TEST_REDIS_URL`, a container of `TEST_REDIS_IMAGE`,
 * the server that `TEST_SERVER` names, `redis-server` on PATH, or a container of the same server or else of {@link IMAGE}.
 * @throws Error that says what to install or to set, if there is none.
 */
export async function chooseRedisSource(machine: Machine = thisMachine): Promise<RedisSource> {
  const { TEST_REDIS_URL: url, TEST_REDIS_IMAGE: image, TEST_SERVER: name } = machine.env;
  if (url) return { kind: 'url', url };
  const path = machine.findRedisServer();
  if (path !== undefined && !image) return { kind: 'redis-server', path };
  if (await machine.hasContainerEngine()) {
    return { kind: 'container', image: image || (name ? imageOf(name) : IMAGE) };
  }
  if (image) {
    throw new Error(
      `TEST_REDIS_IMAGE asks for a container of ${image}, but ${noEngine(machine.env)}. Start one such as Docker, ` +
        'or unset TEST_REDIS_IMAGE to use redis-server on PATH.',
    );
  }
  if (name) throw new Error(`${howToGet(name)} Or start a container engine such as Docker.`);
  throw new Error(
    `The tests need a Redis server. ${INSTALL_REDIS_SERVER}. Or set TEST_REDIS_URL to the URL of one that they may ` +
      `write to. Or start a container engine such as Docker: ${noEngine(machine.env)}.`,
  );
}

/** Says that no engine answers, and where one was looked for. */
export function noEngine({ DOCKER_HOST: host }: Machine['env'] = process.env): string {
  return `no container engine answers${host ? ` at DOCKER_HOST, ${host}` : ''}`;
}

/** Says in a sentence where the tests get their Redis server from. */
export function describeRedisSource(source: RedisSource): string {
  if (source.kind === 'url') return 'Tests use the Redis server at TEST_REDIS_URL.';
  if (source.kind === 'container') return `Tests use a container of ${source.image}.`;
  return `Tests start ${source.path}.`;
}

/** The machine that this runs on. */
const thisMachine: Machine = {
  env: process.env,
  findRedisServer() {
    const name = process.env.TEST_SERVER;
    return name ? findServer(name) : onPath('redis-server');
  },
  hasContainerEngine,
};

/**
 * Returns the path of the server for clusters, sentinels, and faults: the one that `TEST_SERVER` names, or else redis-server on PATH.
 * @throws Error that says how to get it, if there is none.
 */
export function redisServerPath(machine: Machine = thisMachine): string {
  const path = machine.findRedisServer();
  if (path !== undefined) return path;
  const name = machine.env.TEST_SERVER;
  if (name) throw new Error(`${howToGet(name)} A container cannot take its place in these tests.`);
  throw new Error(
    `${INSTALL_REDIS_SERVER}. Tests of clusters, sentinels, and faults start it from PATH, even if the other tests ` +
      'use a server at TEST_REDIS_URL or in a container.',
  );
}

/** Returns the product and the version of the server for clusters, sentinels, and faults, such as `redis-7.0`. */
export function serverName(): string {
  return nameOf(redisServerPath());
}
