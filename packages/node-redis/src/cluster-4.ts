import { type AskedCluster, type AskedMaster, askAnother } from './ask-another.ts';

/** A cluster of node-redis 4, of which every method for a command calls `sendCommand`. */
export interface Cluster4 extends AskedCluster {
  readonly masters: readonly (AskedMaster & { readonly address: string })[];
}

interface Node4 {
  readonly isOpen: boolean;
  sendCommand(args: string[]): Promise<unknown>;
  on(event: 'reconnecting', listener: () => void): unknown;
}

/** As many as node-redis itself follows. */
const MAX_REDIRECTIONS = 16;

/** The same cluster, whose commands follow redirects also under load, and find who took over from a master. */
export function cluster4<Cluster extends Cluster4>(cluster: Cluster): Cluster {
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
 * node-redis 4 waits for the answer to ASKING before it sends the command, so that others come between, of which the
 * first is taken for the one that may ask. Both are sent in one go here.
 */
async function follow(
  cluster: Cluster4,
  args: string[],
  error: unknown,
  left: number,
): Promise<unknown> {
  const [, kind, address] =
    /^(ASK|MOVED) \d+ (\S+)$/.exec(String(Reflect.get(Object(error), 'message'))) ?? [];
  const target = cluster.masters.find((master) => master.address === address);
  if (target?.client === undefined || left === 0) throw error;
  const node = (await target.client) as Node4;
  const asking = kind === 'ASK' ? node.sendCommand(['ASKING']) : undefined;
  const [, reply] = await Promise.allSettled([asking, node.sendCommand(args)]);
  if (reply.status === 'fulfilled') return reply.value;
  return follow(cluster, args, reply.reason, left - 1);
}

/** What is called before each command, as nothing else tells that the cluster has made a client for a node. */
function watcherOf(cluster: Cluster4): () => void {
  const watched = new WeakSet();
  return () => {
    for (const master of cluster.masters) {
      if (master.client === undefined || master.client instanceof Promise) continue;
      const node = master.client as Node4;
      // Without `defaults.socket`, node-redis 4 never connects again to a node of which it has asked who serves what.
      if (!node.isOpen) master.client = undefined;
      if (watched.has(node)) continue;
      watched.add(node);
      node.on('reconnecting', () => askAnother(cluster));
    }
  };
}
