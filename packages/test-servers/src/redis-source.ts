import { hasContainerEngine } from './container.ts';
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
    DOCKER_HOST?: string | undefined;
  };
  findRedisServer(): string | undefined;
  hasContainerEngine(): Promise<boolean>;
}

/** The image of a container if `TEST_REDIS_IMAGE` names no other. */
export const IMAGE = 'redis:8';

const INSTALL_REDIS_SERVER =
  'Install redis-server (`apt-get install redis-server` on Debian and Ubuntu, `brew install redis` on macOS)';

/**
 * Chooses the first source that the machine offers: the server at `TEST_REDIS_URL`, a container of `TEST_REDIS_IMAGE`,
 * `redis-server` on PATH, or a container of {@link IMAGE}.
 * @throws Error that says what to install or to set, if there is none.
 */
export async function chooseRedisSource(machine: Machine = thisMachine): Promise<RedisSource> {
  const { TEST_REDIS_URL: url, TEST_REDIS_IMAGE: image } = machine.env;
  if (url) return { kind: 'url', url };
  const path = machine.findRedisServer();
  if (path !== undefined && !image) return { kind: 'redis-server', path };
  if (await machine.hasContainerEngine()) return { kind: 'container', image: image || IMAGE };
  if (image) {
    throw new Error(
      `TEST_REDIS_IMAGE asks for a container of ${image}, but ${noEngine(machine.env)}. Start one such as Docker, ` +
        'or unset TEST_REDIS_IMAGE to use redis-server on PATH.',
    );
  }
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
  findRedisServer: () => onPath('redis-server'),
  hasContainerEngine,
};

/**
 * Returns the path of the redis-server for clusters and sentinels.
 * @throws Error that says how to install it, if there is none on PATH.
 */
export function redisServerPath(machine: Machine = thisMachine): string {
  const path = machine.findRedisServer();
  if (path !== undefined) return path;
  throw new Error(
    `${INSTALL_REDIS_SERVER}. Tests of clusters, sentinels, and faults start it from PATH, even if the other tests ` +
      'use a server at TEST_REDIS_URL or in a container.',
  );
}
