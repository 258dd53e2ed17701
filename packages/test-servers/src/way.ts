import { onPath } from './on-path.ts';

/** Where the tests get their Redis from. */
export type Way =
  | { kind: 'url'; url: string }
  | { kind: 'testcontainers' }
  | { kind: 'redis-server'; path: string };

/** What a machine offers; the tests of {@link chooseWay} give their own. */
export interface Machine {
  env: { TEST_REDIS_URL?: string | undefined };
  hasContainerEngine(): Promise<boolean>;
  findRedisServer(): string | undefined;
}

/**
 * Chooses the first way that the machine offers: the server at `TEST_REDIS_URL`, a container, or a
 * `redis-server` on PATH.
 * @throws Error, naming the three ways, where there is none.
 */
export async function chooseWay(machine: Machine = thisMachine): Promise<Way> {
  const url = machine.env.TEST_REDIS_URL;
  if (url) return { kind: 'url', url };
  if (await machine.hasContainerEngine()) return { kind: 'testcontainers' };
  const path = machine.findRedisServer();
  if (path !== undefined) return { kind: 'redis-server', path };
  throw new Error(
    'The tests need a Redis. Set TEST_REDIS_URL to the URL of one that they may write to, ' +
      'or start a container engine such as Docker, or put redis-server on PATH.',
  );
}

/** A sentence for people: which way it is. */
export function describeWay(way: Way): string {
  if (way.kind === 'url') return 'Tests use the Redis at TEST_REDIS_URL.';
  if (way.kind === 'testcontainers') return 'Tests start Redis in containers (testcontainers).';
  return `Tests start ${way.path}.`;
}

/** The machine that this runs on. */
const thisMachine: Machine = {
  env: process.env,
  async hasContainerEngine() {
    const { getContainerRuntimeClient } = await import('testcontainers');
    return getContainerRuntimeClient().then(
      () => true,
      () => false,
    );
  },
  findRedisServer: () => onPath('redis-server'),
};

/**
 * The redis-server to build a cluster or sentinels of.
 * @throws Error where there is none on PATH.
 */
export function redisServerPath(): string {
  const path = thisMachine.findRedisServer();
  if (path !== undefined) return path;
  throw new Error(
    'The tests need redis-server on PATH, for clusters and sentinels also where TEST_REDIS_URL or a container ' +
      'engine gives them a single Redis.',
  );
}
