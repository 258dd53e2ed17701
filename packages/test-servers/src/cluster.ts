import { Cluster, type Redis } from 'ioredis';
import { freePort, type RedisProcess, startRedisProcess } from './process.ts';
import type { TestRedis } from './redis.ts';
import { until } from './until.ts';
import { redisServerPath } from './way.ts';

/** A real Redis Cluster for a test. */
export interface TestCluster extends Omit<TestRedis, 'url'> {
  /** The ports of its masters, on 127.0.0.1. */
  readonly ports: number[];
}

const MASTERS = 3;
const SLOTS = 16_384;

/**
 * Starts a Redis Cluster of three masters, and answers when each of them says that the cluster is whole.
 * @throws Error where there is no redis-server on PATH, whatever the way to a single Redis.
 */
export async function startCluster(): Promise<TestCluster> {
  const path = redisServerPath();
  const started = Array.from({ length: MASTERS }, () => startRedisProcess(path, clusterOptions));
  const masters = await Promise.all(started);
  const ports = masters.map(({ port }) => port);
  await join(masters.map(({ connection }) => connection));
  const client = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })));
  return {
    ports,
    raw: (name = '', ...args) =>
      name === 'SCRIPT' ? onEach(client, name, args) : client.call(name, args),
    async stop() {
      await client.quit();
      await Promise.all(masters.map((master: RedisProcess) => master.stop()));
    },
  };
}

/** The cluster bus needs a port of its own. */
async function clusterOptions(): Promise<string[]> {
  return ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())];
}

/** A command without a key: ioredis would ask any node. */
function onEach(client: Cluster, name: string, args: string[]): Promise<unknown> {
  return Promise.all(client.nodes('master').map((node) => node.call(name, args)));
}

async function join(masters: Redis[]): Promise<void> {
  for (const [index, master] of masters.entries()) {
    const first = Math.ceil((index * SLOTS) / MASTERS);
    const last = Math.ceil(((index + 1) * SLOTS) / MASTERS) - 1;
    await master.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
    await master.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    for (const other of masters.slice(0, index)) await meet(master, other);
  }
  await until('the cluster is whole', async () =>
    (await Promise.all(masters.map(knowsAll))).every(Boolean),
  );
}

async function meet(master: Redis, other: Redis): Promise<void> {
  const [, busPort = ''] = (await other.config('GET', 'cluster-port')) as string[];
  await master.call('CLUSTER', 'MEET', '127.0.0.1', Number(other.options.port), busPort);
}

async function knowsAll(master: Redis): Promise<boolean> {
  const info = await master.cluster('INFO');
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${MASTERS}`);
}
