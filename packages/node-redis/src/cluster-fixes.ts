import { patchV4Cluster, type V4Cluster } from './patch-v4-cluster.ts';
import { type RefreshableCluster, refreshTopology } from './refresh-topology.ts';

/** A cluster of node-redis 5 or 6. */
interface V5Cluster extends RefreshableCluster {
  on(event: 'node-reconnecting', listener: () => void): unknown;
}

/** Adds what clusters of node-redis 4 and 5 lack. Returns a cluster of 6 as it is. */
export function withClusterFixes<Cluster extends object>(cluster: Cluster): Cluster {
  if (!('withCommandOptions' in cluster)) return patchV4Cluster(cluster as Cluster & V4Cluster);
  // Only 6 has `_keyPrefix`. It refreshes the topology by itself when a node is unavailable.
  if (!('_keyPrefix' in cluster)) refreshOnReconnecting(cluster as object as V5Cluster);
  return cluster;
}

function refreshOnReconnecting(cluster: V5Cluster): void {
  cluster.on('node-reconnecting', () => refreshTopology(cluster));
}
