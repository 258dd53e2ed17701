import { Cluster } from 'ioredis';
import { formCluster, introduce, isServing, startNode } from './form-cluster.ts';
import type { Machine } from './network.ts';
import { type Address, addressOf, type RedisProcess } from './process.ts';
import type { TestRedis } from './redis.ts';
import { SlotMigration } from './slot-migration.ts';
import { until } from './until.ts';

/** A real Redis Cluster. */
export interface TestCluster extends Omit<TestRedis, 'url'> {
  /** The ports of the first masters. */
  readonly ports: number[];
  /** The addresses of the first masters. */
  readonly addresses: Address[];
  /** Returns the masters that run now. Stopping one is a crash. */
  masters(): Promise<RedisProcess[]>;
  /** Returns the master that serves this key now. */
  masterOf(key: string): Promise<RedisProcess>;
  /** Returns the replica of a master. */
  replicaOf(master: RedisProcess): Promise<RedisProcess>;
  /** Adds a master without slots, and waits until every other node knows it. */
  addMaster(): Promise<RedisProcess>;
  /** Begins to move the slot of a key to another master. {@link SlotMigration} takes the next steps. */
  migrate(key: string, target: RedisProcess): Promise<SlotMigration>;
}

/** Whether the servers wait for minutes until they take a node for dead. On a busy machine, a live one may be slow. */
export interface Steadiness {
  isSteady?: boolean;
}

/** How to start a cluster. */
interface ClusterOptions extends Steadiness {
  /** The machines of the masters, and then those of their replicas. By default, all are on this one. */
  machines?: readonly Machine[];
  /** The path of the server. By default, it is the one that the tests run on. */
  program?: string | undefined;
}

export const PATIENCE_MS = 120_000;

const MASTERS = 3;

/**
 * Starts a Redis Cluster of three masters, each with a replica. Resolves when all six nodes agree on the slots, and the
 * replicas are in sync.
 * @throws Error that says how to get a server, if there is none.
 */
export async function startCluster({
  isSteady = false,
  machines = [],
  program,
}: ClusterOptions = {}): Promise<TestCluster> {
  const nodes = await Promise.all(
    Array.from({ length: 2 * MASTERS }, (_, index) => startNode(machines[index], program)),
  );
  const first = nodes.slice(0, MASTERS);
  await formCluster(first, nodes.slice(MASTERS));
  if (isSteady) await Promise.all(nodes.map(steady));
  const ports = first.map(({ port }) => port);
  const addresses = first.map(addressOf);
  const client = new Cluster(addresses);
  // A test that kills a node expects errors.
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

  async function replicaOf({ port }: RedisProcess): Promise<RedisProcess> {
    const [replica] = await filter(running(), async ({ connection }) =>
      (await connection.info('replication')).includes(`master_port:${port}\r\n`),
    );
    if (replica === undefined) throw new Error(`No replica runs of the master on port ${port}.`);
    return replica;
  }

  return {
    ports,
    addresses,
    masters,
    masterOf,
    replicaOf,
    raw: (name = '', ...args) =>
      name === 'SCRIPT' ? onEach(client, name, args) : client.call(name, args),

    async addMaster() {
      const master = await startNode();
      nodes.push(master);
      await introduce(running());
      await until('the new master serves', () => isServing(master));
      if (isSteady) await steady(master);
      return master;
    },

    async migrate(key, target) {
      const source = await masterOf(key);
      return SlotMigration.begin(await slotOf(key), source, target, await masters(), running());
    },

    async stop() {
      client.disconnect();
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function steady({ connection }: RedisProcess): Promise<void> {
  await connection.config('SET', 'cluster-node-timeout', PATIENCE_MS);
}

/** Sends a command without a key to every master. ioredis would ask any one of them. */
function onEach(client: Cluster, name: string, args: string[]): Promise<unknown> {
  return Promise.all(client.nodes('master').map((node) => node.call(name, args)));
}

async function isMaster({ connection }: RedisProcess): Promise<boolean> {
  return (await connection.info('replication')).includes('role:master');
}

/** Asks the node itself, because what other nodes say about it may be old. */
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
