import { hasContainerEngine } from './container.ts';
import { onPath } from './on-path.ts';

/** Where the tests get their Redis from. */
export type Way =
  | { kind: 'url'; url: string }
  | { kind: 'redis-server'; path: string }
  | { kind: 'container'; image: string };

/** What a machine offers; the tests of {@link chooseWay} give their own. */
export interface Machine {
  env: {
    TEST_REDIS_URL?: string | undefined;
    TEST_REDIS_IMAGE?: string | undefined;
    DOCKER_HOST?: string | undefined;
  };
  findRedisServer(): string | undefined;
  hasContainerEngine(): Promise<boolean>;
}

/** The image of a container where `TEST_REDIS_IMAGE` names no other. */
export const IMAGE = 'redis:8';

const INSTALL_REDIS_SERVER =
  'Install redis-server (`apt-get install redis-server` on Debian and Ubuntu, `brew install redis` on macOS)';

/**
 * Chooses the first way that the machine offers: the server at `TEST_REDIS_URL`, a container of `TEST_REDIS_IMAGE`, a
 * `redis-server` on PATH, or a container.
 * @throws Error that says what to install or to set, where there is none.
 */
export async function chooseWay(machine: Machine = thisMachine): Promise<Way> {
  const { TEST_REDIS_URL: url, TEST_REDIS_IMAGE: image } = machine.env;
  if (url) return { kind: 'url', url };
  const path = machine.findRedisServer();
  if (path !== undefined && !image) return { kind: 'redis-server', path };
  if (await machine.hasContainerEngine()) return { kind: 'container', image: image || IMAGE };
  if (image) {
    throw new Error(
      `TEST_REDIS_IMAGE asks for a container of ${image}, and ${noEngine(machine.env)}. Start one such as Docker, ` +
        'or unset TEST_REDIS_IMAGE to use redis-server on PATH.',
    );
  }
  throw new Error(
    `The tests need a Redis. ${INSTALL_REDIS_SERVER}, or set TEST_REDIS_URL to the URL of a Redis that they may ` +
      `write to, or start a container engine such as Docker: ${noEngine(machine.env)}.`,
  );
}

/** What to say where no engine answers. */
export function noEngine({ DOCKER_HOST: host }: Machine['env'] = process.env): string {
  return `no container engine answers${host ? ` at DOCKER_HOST, ${host}` : ''}`;
}

/** A sentence for people: which way it is. */
export function describeWay(way: Way): string {
  if (way.kind === 'url') return 'Tests use the Redis at TEST_REDIS_URL.';
  if (way.kind === 'container') return `Tests use a container of ${way.image}.`;
  return `Tests start ${way.path}.`;
}

/** The machine that this runs on. */
const thisMachine: Machine = {
  env: process.env,
  findRedisServer: () => onPath('redis-server'),
  hasContainerEngine,
};

/**
 * The redis-server to build a cluster or sentinels of.
 * @throws Error that says how to install it, where there is none on PATH.
 */
export function redisServerPath(machine: Machine = thisMachine): string {
  const path = machine.findRedisServer();
  if (path !== undefined) return path;
  throw new Error(
    `${INSTALL_REDIS_SERVER}. Tests of clusters, sentinels and faults start it from PATH, also where the other tests ` +
      'have a Redis at TEST_REDIS_URL or in a container.',
  );
}
