import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { PATIENCE_MS, type Steadiness } from './cluster.ts';
import { disconnect, type RedisProcess, startRedisProcess } from './process.ts';
import type { TestRedis } from './redis.ts';
import { redisServerPath } from './redis-source.ts';
import { until } from './until.ts';

/** A real master and its replica, which sentinels watch. */
export interface TestSentinels extends Omit<TestRedis, 'url'> {
  /** The name by which clients ask the sentinels for the master. */
  readonly name: string;
  /** The ports of the sentinels, on 127.0.0.1. */
  readonly ports: number[];
  /** The first master. Stopping it is a crash. */
  readonly master: RedisProcess;
}

const NAME = 'holdfast';
const SENTINELS = 3;
const QUORUM = 2;

/** Short enough for a test that waits until the replica takes over. */
const DOWN_AFTER_MS = 1500;

/**
 * Starts a master, a replica, and three sentinels. Resolves when the replica is in sync, and the sentinels know it and
 * each other.
 * @throws Error if there is no redis-server on PATH.
 */
export async function startSentinels({
  isSteady = false,
}: Steadiness = {}): Promise<TestSentinels> {
  const path = redisServerPath();
  const master = await startRedisProcess(path);
  const replica = await startRedisProcess(path, () => [
    '--replicaof',
    `127.0.0.1 ${master.port}`,
    '--repl-diskless-sync-delay',
    '0',
  ]);
  await until('the replica is in sync', () => isInSync(master));
  const started = Array.from({ length: SENTINELS }, () => startSentinel(path, master.port));
  const sentinels = await Promise.all(started);
  await until('the sentinels know the replica and each other', async () => {
    const infos = await Promise.all(sentinels.map(infoOf));
    return infos.every(knowsAll) || infos;
  });
  if (isSteady) {
    const set = ['SENTINEL', 'SET', NAME, 'down-after-milliseconds', PATIENCE_MS] as const;
    await Promise.all(sentinels.map(({ connection }) => connection.call(...set)));
  }
  const ports = sentinels.map(({ port }) => port);
  const client = new Redis({
    name: NAME,
    sentinels: ports.map((port) => ({ host: '127.0.0.1', port })),
  });
  // A test that kills the master expects errors.
  client.on('error', () => {});
  return {
    name: NAME,
    ports,
    master,
    raw: (name = '', ...args) => client.call(name, args),
    async stop() {
      await disconnect(client);
      await Promise.all([...sentinels, replica, master].map((process) => process.stop()));
    },
  };
}

/** A sentinel writes what it learns into its configuration file. */
function startSentinel(path: string, masterPort: number): Promise<RedisProcess> {
  return startRedisProcess(path, async (_, folder) => {
    const file = join(folder, 'sentinel.conf');
    const lines = [
      `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    return [file, '--sentinel'];
  });
}

async function isInSync(master: RedisProcess): Promise<boolean> {
  return (await master.connection.info('replication')).includes('state=online');
}

async function infoOf({ connection }: RedisProcess): Promise<string> {
  return String(await connection.call('INFO', 'sentinel'));
}

function knowsAll(info: string): boolean {
  return info.includes('status=ok') && info.includes(`slaves=1,sentinels=${SENTINELS}`);
}
