import type { RedisProcess } from './process.ts';
import { until } from './until.ts';

/**
 * The migration of a slot from one master to another, in the steps of `redis-cli --cluster reshard`, so that a test can
 * look between them. During it, the source replies with ASK to a client that asks for a key that has moved.
 */
export class SlotMigration {
  readonly #slot: number;
  readonly #source: RedisProcess;
  readonly #target: RedisProcess;
  readonly #masters: RedisProcess[];
  readonly #nodes: RedisProcess[];

  private constructor(
    slot: number,
    source: RedisProcess,
    target: RedisProcess,
    masters: RedisProcess[],
    nodes: RedisProcess[],
  ) {
    this.#slot = slot;
    this.#source = source;
    this.#target = target;
    this.#masters = masters;
    this.#nodes = nodes;
  }

  /**
   * Marks the slot on both masters. No key moves yet.
   * @param nodes the masters and the replicas.
   */
  static async begin(
    slot: number,
    source: RedisProcess,
    target: RedisProcess,
    masters: RedisProcess[],
    nodes: RedisProcess[],
  ): Promise<SlotMigration> {
    const [sourceId, targetId] = await Promise.all([source, target].map(idOf));
    await target.connection.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(sourceId));
    await source.connection.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(targetId));
    return new SlotMigration(slot, source, target, masters, nodes);
  }

  /**
   * Moves keys.
   * @returns how many keys moved, at most `count`.
   */
  async moveKeys(count: number): Promise<number> {
    const { connection } = this.#source;
    const keys = (await connection.call('CLUSTER', 'GETKEYSINSLOT', this.#slot, count)) as string[];
    if (keys.length === 0) return 0;
    const target = ['127.0.0.1', this.#target.port, '', 0, 5000, 'KEYS'];
    await connection.call('MIGRATE', ...target, ...keys);
    return keys.length;
  }

  /** Moves the remaining keys, gives the slot to the target, and waits until every node knows. */
  async finish(): Promise<void> {
    while ((await this.moveKeys(100)) > 0);
    const targetId = await idOf(this.#target);
    const others = this.#masters.filter((master) => master !== this.#target);
    for (const { connection } of [this.#target, ...others]) {
      await connection.call('CLUSTER', 'SETSLOT', this.#slot, 'NODE', targetId);
    }
    await whilePinging(this.#target, () =>
      until('the nodes agree on the epoch of the target', async () => {
        const epochs = await Promise.all(this.#nodes.map((node) => epochOf(targetId, node)));
        return new Set(epochs).size === 1 || epochs;
      }),
    );
  }
}

/** Redis 6 does not announce a new epoch. It pings every other node at least twice in its timeout, which can be long. */
async function whilePinging(
  { connection }: RedisProcess,
  wait: () => Promise<void>,
): Promise<void> {
  const [, timeout = ''] = (await connection.config('GET', 'cluster-node-timeout')) as string[];
  await connection.config('SET', 'cluster-node-timeout', '1000');
  await wait();
  await connection.config('SET', 'cluster-node-timeout', timeout);
}

async function idOf({ connection }: RedisProcess): Promise<string> {
  return String(await connection.cluster('MYID'));
}

/** Reads an epoch. Masters resolve conflicts by epochs, so a next migration could be undone before they agree. */
async function epochOf(id: string, { connection }: RedisProcess): Promise<string | undefined> {
  const nodes = String(await connection.call('CLUSTER', 'NODES'));
  return nodes
    .split('\n')
    .find((line) => line.startsWith(id))
    ?.split(' ')[6];
}
