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
  setUnlessMarkedByCommands,
  setUnlessMarkedByScript,
  zaddExtendingTtlByScript,
} from '@holdfast/core/adapter';
import { withClusterFixes } from './cluster-fixes.ts';

/**
 * The subset of node-redis that the adapter needs: a client, pool, cluster or sentinel of the package `redis` 4, 5 or 6.
 * Their types differ too much to import them. Their methods do not.
 */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options?: { PX: number }): Promise<unknown>;
  unlink(keys: string[]): Promise<unknown>;
  mGet(keys: string[]): Promise<unknown[]>;
  zRem(key: string, members: string[]): Promise<unknown>;
  zRangeByScoreWithScores(
    key: string,
    min: number,
    max: number,
    options: { LIMIT: { offset: number; count: number } },
  ): Promise<{ value: unknown; score: unknown }[]>;
  zCount(key: string, min: number, max: number): Promise<unknown>;
  zScore(key: string, member: string): Promise<unknown>;
  sendCommand(...args: never[]): Promise<unknown>;
}

/** A client, with the members that only some clients have. */
interface Client extends NodeRedisClient {
  /** Only of a cluster. */
  masters?: readonly unknown[];
  /** Only of a cluster: the shard that serves each slot, by the number of the slot. */
  slots?: readonly ({ readonly master: { readonly address: string } } | undefined)[];
  /** Only of a cluster. */
  nodeClient?(master: unknown): unknown;
  /** Only of a sentinel. */
  getSentinelNode?: unknown;
  /** Of a client and of a sentinel. */
  isReady?: boolean;
  /** Since 5. */
  _commandOptions?: CommandOptions;
  /** Since 5, of a sentinel. */
  commandOptions?: CommandOptions;
  /** Since 5. */
  withCommandOptions?(options: CommandOptions): Client;
  /** Since 5. */
  clientSideCache?: unknown;
  /** Since 6. Version 5 ignores the option `keyPrefix`, although it shows it in `options`. */
  _keyPrefix?: string | Buffer;
}

interface CommandOptions {
  timeout?: number | undefined;
  typeMapping?: object | undefined;
}

/** The default of node-redis 6. */
const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Wraps a client of node-redis (the package `redis` 4, 5 or 6): a single client, a pool, a cluster or a sentinel. The client
 * stays yours: connect it, listen to its `error` event, and close it.
 *
 * node-redis 6 sets a timer of 5 seconds for every command, which costs more than the command itself. The adapter's commands
 * have none, unless you set a `timeout` other than that. They bypass a `clientSideCache`, which would return an ended session
 * for a while. The client itself stays as it is.
 *
 * A cluster of 4 or 5 does not find the replica that takes over from a master by itself. The adapter makes it ask.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`
 */
export function fromNodeRedis(client: NodeRedisClient): RedisLike {
  requireClient(client, 'node-redis');
  const original: Client = client;
  const isCluster = original.masters !== undefined;
  const commands = withoutDefaultTimer(isCluster ? withClusterFixes(original) : original);
  const reads = withoutCache(commands);
  const send = senderOf(original, commands);
  const keyPrefix = String(original._keyPrefix ?? '');
  const runScript: RunScript = (command, script, keys, args) => {
    const physicalKeys = keys.map((key) => keyPrefix + key);
    return send(physicalKeys[0], [command, script, String(keys.length), ...physicalKeys, ...args]);
  };
  const redis: RedisLike = {
    isOrdered: hasOneConnection(original),
    masters: isCluster
      ? mastersBySlot((slot) => original.slots?.[slot]?.master.address, keyPrefix)
      : undefined,

    get: (key) => reads.get(key).then(text),

    async set(key, value, ttlMs) {
      await commands.set(key, value, ttlMs === undefined ? undefined : { PX: ttlMs });
    },

    compareAndSet: compareAndSetBy(runScript, (key, args) => {
      const physicalKey = keyPrefix + key;
      return send(physicalKey, ['SET', physicalKey, ...args]);
    }),

    markerOf: (key) => markerInSlotOf(key, keyPrefix),

    setUnlessMarked: (key, value, ttlMs) =>
      isCluster
        ? setUnlessMarkedByCommands(redis, key, value, ttlMs)
        : setUnlessMarkedByScript(runScript, redis, key, value, ttlMs),

    delAndMark: (key, text, ttlMs) =>
      isCluster
        ? delAndMarkByCommands(redis, key, text, ttlMs)
        : delAndMarkByScript(runScript, redis, key, text, ttlMs),

    async pexpire(key, ttlMs) {
      const physicalKey = keyPrefix + key;
      return Number(await send(physicalKey, ['PEXPIRE', physicalKey, String(ttlMs)])) === 1;
    },

    async del(keys) {
      const removed = await perKey({ keys, isCluster, send: (some) => commands.unlink(some) });
      return removed.reduce((sum: number, some) => sum + Number(some), 0);
    },

    async mget(keys) {
      const found = await perKey({ keys, isCluster, send: (some) => reads.mGet(some) });
      return found.flat().map(text);
    },

    scan(match, count) {
      if (!isCluster) return scanServer(scanStep(send), match, count, keyPrefix);
      const cluster = {
        masters: () => mastersOf(original),
        get: (key: string) => reads.get(key),
      };
      return scanCluster(cluster, match, count, keyPrefix);
    },

    zaddExtendingTtl: (key, score, member, ttlMs) =>
      zaddExtendingTtlByScript(runScript, key, score, member, ttlMs),

    zrem: async (key, members) =>
      members.length === 0 ? 0 : Number(await commands.zRem(key, [...members])),

    async zrangeByScore(key, min, max, offset, limit) {
      const range = { LIMIT: { offset, count: limit } };
      const found = await reads.zRangeByScoreWithScores(key, min, max, range);
      return found.map(({ value, score }) => ({ member: String(value), score: Number(score) }));
    },

    zcount: async (key, min, max) => Number(await reads.zCount(key, min, max)),

    async zscore(key, member) {
      const score = await reads.zScore(key, member);
      return score === null ? null : Number(score);
    },

    async info(section) {
      const senders = isCluster ? await masterSendersOf(original) : [send];
      const replies = senders.map((sendTo) => sendTo(undefined, ['INFO', section]));
      return (await Promise.all(replies)).map(String);
    },
  };
  return redis;
}

/** Clusters, pools, and sentinels have several. */
function hasOneConnection({ masters, getSentinelNode, isReady }: Client): boolean {
  return masters === undefined && getSentinelNode === undefined && isReady !== undefined;
}

/** A client with a typeMapping returns Buffers. */
function text(reply: unknown): string | null {
  return reply === null ? null : String(reply);
}

function withoutDefaultTimer(client: Client): Client {
  const { timeout } = optionsOf(client);
  if (timeout !== undefined && timeout !== DEFAULT_TIMEOUT_MS) return client;
  return client.withCommandOptions?.({ timeout: undefined }) ?? client;
}

function optionsOf(client: Client): CommandOptions {
  return client._commandOptions ?? client.commandOptions ?? {};
}

/** Returns a view of the client that reads from Redis and never from its clientSideCache. */
function withoutCache(client: Client): Client {
  if (client.clientSideCache === undefined) return client;
  // The cache only answers commands with the client's own typeMapping, so another one bypasses it. A typeMapping makes
  // commands slower, so clients without a cache get none.
  const options = { ...optionsOf(client), typeMapping: {} };
  const commands = client.withCommandOptions?.(options) ?? client;
  if (client.getSentinelNode !== undefined) {
    // The sentinel of 5 ignores the options of withCommandOptions, and reads this property.
    Object.defineProperty(commands, 'commandOptions', { value: options });
  }
  return commands;
}

/** Sends a command as it is to the server that serves this key. */
type Send = (key: string | undefined, args: string[]) => Promise<unknown>;

/**
 * Returns a function that sends commands through `sendCommand`, whose arguments differ from client to client. The adapter
 * uses it if the client's own method is wrong: a cluster of 4 sends scripts to any node, 5 takes PEXPIRE for a command that a
 * replica can execute, and the cursor of `scan` is a number in 4 and a string since 5. A sentinel sends to the master,
 * because a cursor of SCAN means nothing to a replica.
 */
function senderOf(original: Client, commands: NodeRedisClient): Send {
  const sendCommand = commands.sendCommand.bind(commands) as (
    ...args: unknown[]
  ) => Promise<unknown>;
  if (original.masters !== undefined) return (key, args) => sendCommand(key, false, args);
  if (original.getSentinelNode !== undefined) return (_, args) => sendCommand(false, args);
  return (_, args) => sendCommand(args);
}

async function mastersOf(cluster: Client): Promise<ScannedMaster[]> {
  const senders = await masterSendersOf(cluster);
  return senders.map((send) => ({
    scan: scanStep(send),
    nodes: () => send(undefined, ['CLUSTER', 'NODES']),
  }));
}

/** Returns a function for each master that sends commands to it. */
async function masterSendersOf(cluster: Client): Promise<Send[]> {
  const { masters = [] } = cluster;
  if (masters.length === 0) throw new Error('The cluster is not connected. Call connect() first.');
  return Promise.all(
    masters.map(async (master) => {
      const node = (await cluster.nodeClient?.(master)) as Client;
      return senderOf(node, withoutDefaultTimer(node));
    }),
  );
}

function scanStep(send: Send): ScanStep {
  return async (cursor, match, count) => {
    const args = ['SCAN', cursor, 'MATCH', match, 'COUNT', String(count)];
    return (await send(undefined, args)) as [string, string[]];
  };
}
