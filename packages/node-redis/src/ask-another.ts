import { keyInSlot } from '@holdfast/core/adapter';

/** What this needs of a cluster of node-redis 4 or 5. */
export interface AskedCluster {
  readonly masters: readonly AskedMaster[];
  /** The shard that serves each slot, by the slot's number. */
  readonly slots: { readonly master: AskedMaster }[];
  sendCommand(key: string, readonly: boolean, args: string[]): Promise<unknown>;
}

export interface AskedMaster {
  /** A promise while it connects the first time; undefined before it is needed. */
  client?: object | undefined;
}

/**
 * Lets a cluster of node-redis 4 or 5 find who took over from masters that are away. They learn that only when they ask
 * the wrong node, so while nobody else's slots move, the keys of a master that stays away would be out of reach for
 * ever. This asks a wrong node on purpose: another master, for a key of one that is away. (node-redis 6 asks by
 * itself.)
 */
export function askAnother(cluster: AskedCluster): void {
  const another = cluster.slots.find((shard) => isReady(shard?.master) === true);
  if (another === undefined) return;
  for (const away of cluster.masters.filter((master) => isReady(master) === false)) {
    const slot = cluster.slots.findIndex((shard) => shard?.master === away);
    if (slot === -1) continue;
    cluster.slots[slot] = another;
    const key = keyInSlot(slot);
    // Nobody waits for the answer. Until a replica has taken over, the command ends up with the master that is away.
    cluster.sendCommand(key, false, ['EXISTS', key]).catch(() => {});
  }
}

/** undefined where there is no client yet. */
function isReady(master: AskedMaster | undefined): unknown {
  return master?.client === undefined ? undefined : Reflect.get(master.client, 'isReady');
}
