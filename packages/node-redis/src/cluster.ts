import { type AskedCluster, askAnother } from './ask-another.ts';
import { type Cluster4, cluster4 } from './cluster-4.ts';

/** A cluster of node-redis 5 or 6. */
interface Cluster5 extends AskedCluster {
  on(event: 'node-reconnecting', listener: () => void): unknown;
}

/** Makes up for what the cluster of an older node-redis does not do. That of 6 is answered as it is. */
export function helped<Cluster extends object>(cluster: Cluster): Cluster {
  if (!('withCommandOptions' in cluster)) return cluster4(cluster as Cluster & Cluster4);
  // Only 6 has it, and asks anew by itself when a node is away.
  if (!('_keyPrefix' in cluster)) helpCluster5(cluster as object as Cluster5);
  return cluster;
}

function helpCluster5(cluster: Cluster5): void {
  cluster.on('node-reconnecting', () => askAnother(cluster));
}
