import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { PATIENCE_MS, type Steadiness } from './cluster.ts';
import type { Machine } from './network.ts';
import {
  type Address,
  addressOf,
  disconnect,
  type RedisProcess,
  startRedisProcess,
} from './process.ts';
import type { TestRedis } from './redis.ts';
import { redisServerPath } from './redis-source.ts';
import { until } from './until.ts';

/** A real master and its replicas, which sentinels watch. */
export interface TestSentinels extends Omit<TestRedis, 'url'> {
  /** The name by which clients ask the sentinels for the master. */
  readonly name: string;
  /** The ports of the sentinels. */
  readonly ports: number[];
  /** The addresses of the sentinels. */
  readonly addresses: Address[];
  /** The first master. Stopping it is a crash. */
  readonly master: RedisProcess;
}

/** How to start sentinels. */
interface SentinelOptions extends Steadiness {
  /** The machine of the master, and those of the replicas, with a sentinel each. By default, there is one replica on this one. */
  machines?: readonly Machine[];
  /** More options of redis-server, for the master and the replicas. */
  options?: readonly string[];
}

const NAME = 'holdfast';
const SENTINELS = 3;
const QUORUM = 2;

/** Short enough for a test that waits until a replica takes over. */
const DOWN_AFTER_MS = 1500;

/** If the sentinels elect none of them to do it, they try again after twice this time. By default, three minutes. */
const FAILOVER_TIMEOUT_MS = 3000;

/**
 * Starts a master, its replicas, and three sentinels. Resolves when the replicas are in sync, and the sentinels know them and
 * each other.
 * @throws Error that says how to get a server, if there is none.
 */
export async function startSentinels({
  isSteady = false,
  machines = [],
  options = [],
}: SentinelOptions = {}): Promise<TestSentinels> {
  const path = redisServerPath();
  const replicaCount = Math.max(machines.length - 1, 1);
  const start = (machine: Machine | undefined, ...own: string[]) =>
    startRedisProcess(
      path,
      (port) => [...own, ...options, '--replica-announce-port', String(port)],
      machine,
    );
  const master = await start(machines[0]);
  const replicas = await Promise.all(
    Array.from({ length: replicaCount }, (_, index) =>
      start(
        machines[index + 1],
        ...['--replicaof', master.host, String(master.port), '--repl-diskless-sync-delay', '0'],
      ),
    ),
  );
  await until('the replicas are in sync', () => areInSync(master, replicaCount));
  const started = Array.from({ length: SENTINELS }, (_, index) =>
    startSentinel(path, master, machines[index]),
  );
  const sentinels = await Promise.all(started);
  await until('the sentinels know the replicas and each other', async () => {
    const infos = await Promise.all(sentinels.map(infoOf));
    return infos.every((info) => knowsAll(info, replicaCount)) || infos;
  });
  if (isSteady) {
    const set = ['SENTINEL', 'SET', NAME, 'down-after-milliseconds', PATIENCE_MS] as const;
    await Promise.all(sentinels.map(({ connection }) => connection.call(...set)));
  }
  const addresses = sentinels.map(addressOf);
  const client = new Redis({ name: NAME, sentinels: addresses });
  // A test that kills the master expects errors.
  client.on('error', () => {});
  return {
    name: NAME,
    ports: addresses.map(({ port }) => port),
    addresses,
    master,
    raw: (name = '', ...args) => client.call(name, args),
    async stop() {
      await disconnect(client);
      await Promise.all([...sentinels, ...replicas, master].map((process) => process.stop()));
    },
  };
}

/** A sentinel writes what it learns into its configuration file. */
function startSentinel(path: string, master: Address, machine?: Machine): Promise<RedisProcess> {
  const options = async (port: number, folder: string) => {
    const file = join(folder, 'sentinel.conf');
    const lines = [
      `sentinel monitor ${NAME} ${master.host} ${master.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}`,
      `sentinel announce-port ${port}`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    return [file, '--sentinel'];
  };
  return startRedisProcess(path, options, machine);
}

async function areInSync(master: RedisProcess, count: number): Promise<boolean> {
  return (await master.connection.info('replication')).split('state=online').length - 1 === count;
}

async function infoOf({ connection }: RedisProcess): Promise<string> {
  return String(await connection.call('INFO', 'sentinel'));
}

function knowsAll(info: string, replicas: number): boolean {
  return info.includes('status=ok') && info.includes(`slaves=${replicas},sentinels=${SENTINELS}`);
}
