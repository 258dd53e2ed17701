import {
  compareAndSetBy,
  delAndMarkByCommands,
  delAndMarkByScript,
  markerInSlotOf,
  mastersBySlot,
  perKey,
  type RedisLike,
  type RunScript,
  requireClient,
  type ScannedMaster,
  type ScanStep,
  scanCluster,
  scanServer,
  scoredMembers,
  setUnlessMarkedByCommands,
  setUnlessMarkedByScript,
  zaddExtendingTtlByScript,
} from '@holdfast/core/adapter';

/** The subset of ioredis 5 and 6 that the adapter needs: of a `Redis`, with or without sentinels, or of a `Cluster`. */
export interface IoredisClient {
  readonly isCluster: boolean;
  readonly options: { keyPrefix?: string | undefined };
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ms: number): Promise<unknown>;
  call(command: 'set', ...args: string[]): Promise<unknown>;
  pexpire(key: string, ms: number): Promise<unknown>;
  unlink(keys: string[]): Promise<unknown>;
  mget(keys: string[]): Promise<(string | null)[]>;
  zrem(key: string, members: string[]): Promise<unknown>;
  zrangebyscore(
    key: string,
    min: number,
    max: number,
    withScores: 'WITHSCORES',
    limitToken: 'LIMIT',
    offset: number,
    count: number,
  ): Promise<unknown[]>;
  zcount(key: string, min: number, max: number): Promise<unknown>;
  zscore(key: string, member: string): Promise<string | null>;
  info(section: string): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>;
  evalsha(sha: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>;
  scan(
    cursor: string,
    match: 'MATCH',
    pattern: string,
    countToken: 'COUNT',
    count: number,
  ): Promise<[cursor: string, keys: string[]]>;
}

/** The additional methods of a `Cluster`. */
interface IoredisCluster extends IoredisClient {
  nodes(role: 'master'): IoredisNode[];
  ping(): Promise<unknown>;
  /** The addresses of the nodes that serve each slot, the master first, by the number of the slot. */
  readonly slots: readonly (readonly string[] | undefined)[];
}

interface IoredisNode extends IoredisClient {
  cluster(command: 'NODES'): Promise<unknown>;
}

/**
 * Wraps a client of ioredis 5 or 6: a `Redis`, with or without sentinels, or a `Cluster`, with or without `keyPrefix`. The
 * client stays yours: listen to its `error` event, and close it.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`
 */
export function fromIoredis(client: IoredisClient): RedisLike {
  requireClient(client, 'ioredis');
  const { isCluster } = client;
  const keyPrefix = client.options.keyPrefix ?? '';
  const runScript: RunScript = (command, script, keys, args) =>
    client[command](script, keys.length, ...keys, ...args);
  const redis: RedisLike = {
    isOrdered: !isCluster,
    masters: hasNodes(client)
      ? mastersBySlot((slot) => client.slots[slot]?.[0], keyPrefix)
      : undefined,

    get: (key) => client.get(key),

    async set(key, value, ttlMs) {
      await (ttlMs === undefined ? client.set(key, value) : client.set(key, value, 'PX', ttlMs));
    },

    compareAndSet: compareAndSetBy(runScript, (key, args) => client.call('set', key, ...args)),

    markerOf: (key) => markerInSlotOf(key, keyPrefix),

    setUnlessMarked: (key, value, ttlMs) =>
      isCluster
        ? setUnlessMarkedByCommands(redis, key, value, ttlMs)
        : setUnlessMarkedByScript(runScript, redis, key, value, ttlMs),

    delAndMark: (key, text, ttlMs) =>
      isCluster
        ? delAndMarkByCommands(redis, key, text, ttlMs)
        : delAndMarkByScript(runScript, redis, key, text, ttlMs),

    // With the option stringNumbers, the reply is a string.
    pexpire: async (key, ttlMs) => Number(await client.pexpire(key, ttlMs)) === 1,

    async del(keys) {
      const removed = await perKey({ keys, isCluster, send: (some) => client.unlink(some) });
      return removed.reduce((sum: number, some) => sum + Number(some), 0);
    },

    async mget(keys) {
      return (await perKey({ keys, isCluster, send: (some) => client.mget(some) })).flat();
    },

    scan(match, count) {
      if (!hasNodes(client)) return scanServer(scanStep(client), match, count, keyPrefix);
      const cluster = { masters: () => mastersOf(client), get: (key: string) => client.get(key) };
      return scanCluster(cluster, match, count, keyPrefix);
    },

    zaddExtendingTtl: (key, score, member, ttlMs) =>
      zaddExtendingTtlByScript(runScript, key, score, member, ttlMs),

    zrem: async (key, members) =>
      members.length === 0 ? 0 : Number(await client.zrem(key, [...members])),

    async zrangeByScore(key, min, max, offset, limit) {
      const reply = await client.zrangebyscore(key, min, max, 'WITHSCORES', 'LIMIT', offset, limit);
      return scoredMembers(reply);
    },

    zcount: async (key, min, max) => Number(await client.zcount(key, min, max)),

    async zscore(key, member) {
      const score = await client.zscore(key, member);
      return score === null ? null : Number(score);
    },

    async info(section) {
      const nodes = hasNodes(client) ? await masterNodesOf(client) : [client];
      return (await Promise.all(nodes.map((node) => node.info(section)))).map(String);
    },
  };
  return redis;
}

async function mastersOf(cluster: IoredisCluster): Promise<ScannedMaster[]> {
  const masters = await masterNodesOf(cluster);
  return masters.map((node) => ({ scan: scanStep(node), nodes: () => node.cluster('NODES') }));
}

/** A cluster knows its nodes only once it is connected. A command waits for that. */
async function masterNodesOf(cluster: IoredisCluster): Promise<IoredisNode[]> {
  await cluster.ping();
  return cluster.nodes('master');
}

function hasNodes(client: IoredisClient): client is IoredisCluster {
  return client.isCluster;
}

function scanStep(server: IoredisClient): ScanStep {
  return (cursor, match, count) => server.scan(cursor, 'MATCH', match, 'COUNT', count);
}
