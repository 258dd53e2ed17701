import { type Master, type RefreshableCluster, refreshTopology } from './refresh-topology.ts';

/** A cluster of node-redis 4. Each of its methods for a command calls `sendCommand`. */
export interface V4Cluster extends RefreshableCluster {
  readonly masters: readonly (Master & { readonly address: string })[];
}

interface V4Node {
  readonly isOpen: boolean;
  sendCommand(args: string[]): Promise<unknown>;
  on(event: 'reconnecting', listener: () => void): unknown;
}

/** How many redirections node-redis itself follows. */
const MAX_REDIRECTIONS = 16;

/**
 * Returns the same cluster with another `sendCommand`, which follows redirections under load, and finds the node that took
 * over from a master.
 */
export function patchV4Cluster<Cluster extends V4Cluster>(cluster: Cluster): Cluster {
  const watch = watcherOf(cluster);
  return Object.create(cluster, {
    sendCommand: {
      value(key: string, readonly: boolean, args: string[]) {
        watch();
        return cluster
          .sendCommand(key, readonly, args)
          .catch((error: unknown) => follow(cluster, args, error, MAX_REDIRECTIONS));
      },
    },
  });
}

/**
 * Follows a redirection. node-redis 4 waits for the reply to ASKING before it sends the command, so other commands come in
 * between, and ASKING applies to the first of them. This sends both in one go.
 */
async function follow(
  cluster: V4Cluster,
  args: string[],
  error: unknown,
  remaining: number,
): Promise<unknown> {
  const [, kind, address] =
    /^(ASK|MOVED) \d+ (\S+)$/.exec(String(Reflect.get(Object(error), 'message'))) ?? [];
  const target = cluster.masters.find((master) => master.address === address);
  if (target?.client === undefined || remaining === 0) throw error;
  const node = (await target.client) as V4Node;
  const asking = kind === 'ASK' ? node.sendCommand(['ASKING']) : undefined;
  const [, reply] = await Promise.allSettled([asking, node.sendCommand(args)]);
  if (reply.status === 'fulfilled') return reply.value;
  return follow(cluster, args, reply.reason, remaining - 1);
}

/** Returns a function to call before each command, because no event says that the cluster has created a node's client. */
function watcherOf(cluster: V4Cluster): () => void {
  const watched = new WeakSet();
  return () => {
    for (const master of cluster.masters) {
      if (!isNode(master.client)) continue;
      const node = master.client;
      // Without `defaults.socket`, node-redis 4 never reconnects to a node that it has asked for the topology.
      if (!node.isOpen) master.client = undefined;
      if (watched.has(node)) continue;
      watched.add(node);
      node.on('reconnecting', () => refreshTopology(cluster));
    }
  };
}

/** Not undefined, and not the promise of a client that connects. */
function isNode(client: object | undefined): client is V4Node {
  return client !== undefined && 'sendCommand' in client;
}
