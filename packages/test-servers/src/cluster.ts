import { Cluster } from 'ioredis';
import { formCluster, introduce, isServing, startNode } from './form-cluster.ts';
import type { RedisProcess } from './process.ts';
import type { TestRedis } from './redis.ts';
import { SlotMigration } from './slot-migration.ts';
import { until } from './until.ts';

/** A real Redis Cluster for a test. */
export interface TestCluster extends Omit<TestRedis, 'url'> {
  /** The ports of the masters that it started with, on 127.0.0.1. */
  readonly ports: number[];
  /** The masters now that run. To stop one is what a crash is. */
  masters(): Promise<RedisProcess[]>;
  /** The master that serves this key now. */
  masterOf(key: string): Promise<RedisProcess>;
  /** Adds a master without slots, which every other node knows. */
  addMaster(): Promise<RedisProcess>;
  /** Begins to move the slot of a key to another master; {@link SlotMigration} takes the next steps. */
  migrate(key: string, target: RedisProcess): Promise<SlotMigration>;
}

const MASTERS = 3;

/**
 * Starts a Redis Cluster of three masters and a replica of each. Answers when all six agree who serves which slots, and
 * the replicas are in sync.
 * @throws Error where there is no redis-server on PATH, whatever the way to a single Redis.
 */
export async function startCluster(): Promise<TestCluster> {
  const nodes = await Promise.all(Array.from({ length: 2 * MASTERS }, startNode));
  const first = nodes.slice(0, MASTERS);
  await formCluster(first, nodes.slice(MASTERS));
  const ports = first.map(({ port }) => port);
  const client = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })));
  // A test that kills a node expects them.
  client.on('error', () => {});
  const running = () => nodes.filter(({ connection }) => connection.status === 'ready');
  const masters = () => filter(running(), isMaster);
  const slotOf = async (key: string) => Number(await client.cluster('KEYSLOT', key));

  async function masterOf(key: string): Promise<RedisProcess> {
    const slot = await slotOf(key);
    const [master] = await filter(await masters(), (node) => serves(node, slot));
    if (master === undefined) throw new Error(`No master serves the slot of ${key}.`);
    return master;
  }

  return {
    ports,
    masters,
    masterOf,
    raw: (name = '', ...args) =>
      name === 'SCRIPT' ? onEach(client, name, args) : client.call(name, args),

    async addMaster() {
      const master = await startNode();
      nodes.push(master);
      await introduce(running());
      await until('the new master serves', () => isServing(master));
      return master;
    },

    async migrate(key, target) {
      const source = await masterOf(key);
      return SlotMigration.begin(await slotOf(key), source, target, await masters());
    },

    async stop() {
      client.disconnect();
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** A command without a key: ioredis would ask any node. */
function onEach(client: Cluster, name: string, args: string[]): Promise<unknown> {
  return Promise.all(client.nodes('master').map((node) => node.call(name, args)));
}

async function isMaster({ connection }: RedisProcess): Promise<boolean> {
  return (await connection.info('replication')).includes('role:master');
}

/** Asked of the node itself: what others say of it may be old. */
async function serves({ connection, port }: RedisProcess, slot: number): Promise<boolean> {
  const ranges = await connection.cluster('SLOTS');
  return ranges.some(([from, to, owner]) => from <= slot && slot <= to && owner?.[1] === port);
}

async function filter<Item>(
  items: Item[],
  holds: (item: Item) => Promise<boolean>,
): Promise<Item[]> {
  const kept = await Promise.all(items.map(holds));
  return items.filter((_, index) => kept[index]);
}
