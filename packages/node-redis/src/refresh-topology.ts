import { keyInSlot } from '@holdfast/core/adapter';

/** What {@link refreshTopology} needs of a cluster of node-redis 4 or 5. */
export interface RefreshableCluster {
  readonly masters: readonly Master[];
  /** The shard that serves each slot, by the number of the slot. */
  readonly slots: { readonly master: Master }[];
  sendCommand(key: string, readonly: boolean, args: string[]): Promise<unknown>;
}

export interface Master {
  /** A promise while it connects for the first time. Undefined before it is needed. */
  client?: object | undefined;
}

/**
 * Makes a cluster of node-redis 4 or 5 find the new master of slots whose master is unavailable. It learns the topology
 * only from the reply of a wrong node. So if no other slots move, it would never find the replica that took over. This asks
 * a wrong node on purpose: another master, for a key of the one that is unavailable. (node-redis 6 does this by itself.)
 */
export function refreshTopology(cluster: RefreshableCluster): void {
  const other = cluster.slots.find((shard) => isReady(shard?.master) === true);
  if (other === undefined) return;
  for (const unavailable of cluster.masters.filter((master) => isReady(master) === false)) {
    const slot = cluster.slots.findIndex((shard) => shard?.master === unavailable);
    if (slot === -1) continue;
    cluster.slots[slot] = other;
    const key = keyInSlot(slot);
    // Not awaited. Until a replica has taken over, the command is redirected to the master that is unavailable.
    cluster.sendCommand(key, false, ['GET', key]).catch(() => {});
  }
}

/** Returns undefined if there is no client yet. */
function isReady(master: Master | undefined): unknown {
  return master?.client === undefined ? undefined : Reflect.get(master.client, 'isReady');
}
