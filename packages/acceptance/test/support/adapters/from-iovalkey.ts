import {
  compareAndSetBy,
  delAndMarkByCommands,
  delAndMarkByScript,
  markerInSlotOf,
  type RedisLike,
  type RunScript,
  type ScanStep,
  scanCluster,
  scanServer,
  scoredMembers,
  setUnlessMarkedByCommands,
  setUnlessMarkedByScript,
  zaddExtendingTtlByScript,
} from '@holdfast/core/adapter';

/**
 * The part of one server's client that the adapter calls. Command names must be in lower case: iovalkey neither
 * prefixes the keys of a command in upper case nor finds the server that they live on.
 */
interface IovalkeyNode {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** The part of iovalkey's `Redis` and `Cluster` that the adapter needs; only a `Cluster` has `nodes`. */
export interface IovalkeyClient extends IovalkeyNode {
  readonly options: { readonly keyPrefix?: string };
  nodes?(role: 'master'): readonly IovalkeyNode[];
}

/** Makes an iovalkey client, of a single server or of a cluster, usable for Holdfast. */
export function fromIovalkey(client: IovalkeyClient): RedisLike {
  /** The keys as they may go into one command each: on a cluster one by one, for they may be in different slots. */
  function commands(keys: readonly string[]): (readonly string[])[] {
    if (client.nodes !== undefined) return keys.map((key) => [key]);
    return keys.length === 0 ? [] : [keys];
  }

  const runScript: RunScript = (command, script, keys, args) =>
    client.call(command, script, String(keys.length), ...keys, ...args);

  const redis: RedisLike = {
    isOrdered: client.nodes === undefined,

    async get(key) {
      return (await client.call('get', key)) as string | null;
    },

    async set(key, value, ttlMs) {
      const expiry = ttlMs === undefined ? [] : ['px', String(ttlMs)];
      await client.call('set', key, value, ...expiry);
    },

    compareAndSet: compareAndSetBy(runScript, (key, args) => client.call('set', key, ...args)),

    markerOf: (key) => markerInSlotOf(key, client.options.keyPrefix),

    setUnlessMarked(key, value, ttlMs) {
      if (client.nodes !== undefined) return setUnlessMarkedByCommands(redis, key, value, ttlMs);
      return setUnlessMarkedByScript(runScript, redis, key, value, ttlMs);
    },

    delAndMark(key, text, ttlMs) {
      if (client.nodes !== undefined) return delAndMarkByCommands(redis, key, text, ttlMs);
      return delAndMarkByScript(runScript, redis, key, text, ttlMs);
    },

    async pexpire(key, ttlMs) {
      // With the option `stringNumbers`, the reply is "1".
      return Number(await client.call('pexpire', key, String(ttlMs))) === 1;
    },

    async del(keys) {
      const replies = await Promise.all(
        commands(keys).map((some) => client.call('unlink', ...some)),
      );
      return replies.reduce<number>((sum, reply) => sum + Number(reply), 0);
    },

    async mget(keys) {
      const replies = await Promise.all(commands(keys).map((some) => client.call('mget', ...some)));
      return replies.flat() as (string | null)[];
    },

    scan(match, count) {
      const { keyPrefix } = client.options;
      if (client.nodes === undefined) {
        return scanServer(scanStep(client), match, count, keyPrefix);
      }
      return scanCluster(
        { masters, get: (key) => client.call('get', key) },
        match,
        count,
        keyPrefix,
      );
    },

    zaddExtendingTtl(key, score, member, ttlMs) {
      return zaddExtendingTtlByScript(runScript, key, score, member, ttlMs);
    },

    async zrem(key, members) {
      return members.length === 0 ? 0 : Number(await client.call('zrem', key, ...members));
    },

    async zrangeByScore(key, min, max, offset, limit) {
      const range = [min, max, 'withscores', 'limit', offset, limit].map(String);
      return scoredMembers((await client.call('zrangebyscore', key, ...range)) as unknown[]);
    },

    async zcount(key, min, max) {
      return Number(await client.call('zcount', key, String(min), String(max)));
    },

    async zscore(key, member) {
      const score = await client.call('zscore', key, member);
      return score === null ? null : Number(score);
    },

    async info(section) {
      const nodes = client.nodes === undefined ? [client] : await masterNodes();
      return (await Promise.all(nodes.map((node) => node.call('info', section)))).map(String);
    },
  };
  return redis;

  async function masterNodes() {
    // Until a cluster is ready it takes its startup nodes for its masters. Any command waits for that.
    await client.call('ping');
    return client.nodes?.('master') ?? [];
  }

  async function masters() {
    return (await masterNodes()).map((node) => ({
      scan: scanStep(node),
      nodes: () => node.call('cluster', 'nodes'),
    }));
  }
}

function scanStep(server: IovalkeyNode): ScanStep {
  return async (cursor, match, count) =>
    (await server.call('scan', cursor, 'match', match, 'count', String(count))) as [
      string,
      string[],
    ];
}
