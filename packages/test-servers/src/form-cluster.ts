import { nameOf } from './named-servers.ts';
import type { Machine } from './network.ts';
import { type RedisProcess, startRedisProcess } from './process.ts';
import { redisServerPath } from './redis-source.ts';
import { until } from './until.ts';

const SLOTS = 16_384;

const OPTIONS = [
  ['--cluster-enabled', 'yes'],
  // Short enough for a test that waits until a replica takes over. A steady cluster gets a longer one later.
  ['--cluster-node-timeout', '1500'],
  // A replica takes over, however long it has not heard of its master.
  ['--cluster-replica-validity-factor', '0'],
  // The other masters still serve while a replica takes over.
  ['--cluster-require-full-coverage', 'no'],
  ['--repl-diskless-sync-delay', '0'],
];

/** A master that gave its last slot away stays a master. Redis 6 cannot be told so. */
const KEEP_MASTERS = ['--cluster-allow-replica-migration', 'no'];

/** How far above its own port a node has the port for the other nodes. Redis 6 cannot be given another one. */
const TO_BUS = 10_000;

/** Starts a node that belongs to no cluster yet. */
export function startNode(
  machine?: Machine,
  path: string = redisServerPath(),
): Promise<RedisProcess> {
  const role = nameOf(path).startsWith('redis-6') ? [] : KEEP_MASTERS;
  const options = async (port: number, _folder: string, own: number) => {
    const bus = own + TO_BUS;
    const announced = [
      ['--cluster-announce-port', String(port)],
      ['--cluster-announce-bus-port', String((await machine?.open(bus)) ?? bus)],
    ];
    return [...OPTIONS, role, ...announced].flat();
  };
  return startRedisProcess(path, options, machine);
}

/**
 * Makes a cluster of nodes, each master with one replica. Resolves when all nodes agree on the slots, and the replicas
 * are in sync.
 */
export async function formCluster(
  masters: RedisProcess[],
  replicas: RedisProcess[],
): Promise<void> {
  const nodes = [...masters, ...replicas];
  await assignSlots(masters);
  await introduce(nodes);
  await replicate(masters, replicas);
  await until('all nodes agree', () => every(nodes, knows(replicas.length)));
  await until('the replicas are in sync', () => every(masters, hasReplicaInSync));
}

/** Gives each master its share of the slots, and an epoch of its own, so that no two claims conflict. */
async function assignSlots(masters: RedisProcess[]): Promise<void> {
  for (const [index, { connection }] of masters.entries()) {
    const first = Math.ceil((index * SLOTS) / masters.length);
    const end = Math.ceil(((index + 1) * SLOTS) / masters.length);
    const slots = Array.from({ length: end - first }, (_, offset) => first + offset);
    await connection.call('CLUSTER', 'ADDSLOTS', ...slots);
    await connection.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  }
}

/** Introduces each node to every other, because gossip alone takes seconds. Resolves when they know each other. */
export async function introduce(nodes: RedisProcess[]): Promise<void> {
  for (const [index, { connection }] of nodes.entries()) {
    for (const other of nodes.slice(0, index)) {
      const asked = await other.connection.config('GET', 'cluster-announce-bus-port');
      const [, busPort = ''] = asked as string[];
      await connection.call('CLUSTER', 'MEET', other.host, other.port, busPort);
    }
  }
  await until('all nodes know each other', () =>
    every(nodes, async ({ connection }) => {
      const known = String(await connection.call('CLUSTER', 'NODES'));
      return nodes.every(({ port }) => known.includes(`:${port}@`)) && !known.includes('handshake');
    }),
  );
}

async function replicate(masters: RedisProcess[], replicas: RedisProcess[]): Promise<void> {
  for (const [index, { connection }] of masters.entries()) {
    const id = String(await connection.cluster('MYID'));
    await replicas[index]?.connection.call('CLUSTER', 'REPLICATE', id);
  }
}

function knows(replicaCount: number): (node: RedisProcess) => Promise<boolean> {
  return async (node) => {
    const nodes = String(await node.connection.call('CLUSTER', 'NODES'));
    const replicas = nodes.match(/ (?:myself,)?slave /g) ?? [];
    return replicas.length === replicaCount && isServing(node);
  };
}

/** Whether a node serves. A master does not in its first two seconds. */
export async function isServing({ connection }: RedisProcess): Promise<boolean> {
  return (await connection.cluster('INFO')).includes('cluster_state:ok');
}

async function hasReplicaInSync({ connection }: RedisProcess): Promise<boolean> {
  return (await connection.info('replication')).includes('state=online');
}

/** Asks about every item. Returns `true`, or else for which of them it holds. */
async function every<Item>(
  items: Item[],
  holds: (item: Item) => Promise<boolean>,
): Promise<true | boolean[]> {
  const results = await Promise.all(items.map(holds));
  return results.every(Boolean) || results;
}
