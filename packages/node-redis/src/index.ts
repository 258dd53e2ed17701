import {
  compareAndSetByScript,
  perSlot,
  type RedisLike,
  type RunScript,
  requireRawClient,
  type ScannedMaster,
  type ScanStep,
  scanCluster,
  scanServer,
  zaddExtendingTtlByScript,
} from '@holdfast/core/adapter';
import { helped } from './cluster.ts';

/**
 * What the adapter uses of node-redis: a client, pool, cluster or sentinel of the package `redis` 4, 5 or 6.
 * Their types differ too much to be named here; their methods do not.
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
  sendCommand(...args: never[]): Promise<unknown>;
}

/** A client with what only some of them have. */
interface Client extends NodeRedisClient {
  /** A cluster's. */
  masters?: readonly unknown[];
  nodeClient?(master: unknown): unknown;
  /** A sentinel's. */
  getSentinelNode?: unknown;
  /** From 5 on; a sentinel has the second. */
  _commandOptions?: CommandOptions;
  commandOptions?: CommandOptions;
  withCommandOptions?(options: CommandOptions): Client;
  clientSideCache?: unknown;
  /** From 6 on; 5 ignores the option `keyPrefix`, though it shows it. */
  _keyPrefix?: string | Buffer;
}

interface CommandOptions {
  timeout?: number | undefined;
  typeMapping?: object | undefined;
}

/** What node-redis 6 sets where the application says nothing. */
const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Lets Holdfast use a client of node-redis (the package `redis` 4, 5 or 6): a single client, a pool, a cluster or
 * a sentinel. The client stays yours: connect it, listen to its `error` event, and close it.
 *
 * node-redis 6 sets a timer of 5 seconds for every command, which costs more than the command. The commands of this
 * adapter go without, unless you set a `timeout` of your own other than that. They read past a `clientSideCache`, which
 * answers an ended session for a while. The client itself is not changed.
 *
 * A cluster of 4 or 5 whose master is away is made to ask the others who took over, which it does not do by itself.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`
 */
export function fromNodeRedis(client: NodeRedisClient): RedisLike {
  requireRawClient(client, 'node-redis');
  const original: Client = client;
  const isCluster = original.masters !== undefined;
  const commands = withoutDefaultTimer(isCluster ? helped(original) : original);
  const reads = pastCache(commands);
  const send = senderOf(original, commands);
  const keyPrefix = String(original._keyPrefix ?? '');
  const runScript: RunScript = (command, script, key, args) =>
    send(keyPrefix + key, [command, script, '1', keyPrefix + key, ...args]);
  return {
    get: (key) => reads.get(key).then(text),

    async set(key, value, ttlMs) {
      await commands.set(key, value, ttlMs === undefined ? undefined : { PX: ttlMs });
    },

    compareAndSet: (key, expected, value, ttlMs) =>
      compareAndSetByScript(runScript, key, expected, value, ttlMs),

    async pexpire(key, ttlMs) {
      const physicalKey = keyPrefix + key;
      return Number(await send(physicalKey, ['PEXPIRE', physicalKey, String(ttlMs)])) === 1;
    },

    async del(keys) {
      const removed = await perSlot(keys, isCluster, (some) => commands.unlink(some));
      return removed.reduce((sum: number, some) => sum + Number(some), 0);
    },

    async mget(keys) {
      return (await perSlot(keys, isCluster, (some) => reads.mGet(some))).flat().map(text);
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
  };
}

/** A client with a typeMapping answers Buffers. */
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

/** Lets a client ask Redis, whatever its clientSideCache holds. */
function pastCache(client: Client): Client {
  if (client.clientSideCache === undefined) return client;
  // Only what is asked with the client's own typeMapping comes from the cache, so one that maps nothing goes past it.
  // It makes commands slower, so clients without a cache have none.
  const options = { ...optionsOf(client), typeMapping: {} };
  const commands = client.withCommandOptions?.(options) ?? client;
  if (client.getSentinelNode !== undefined) {
    // The sentinel of 5 ignores what withCommandOptions is given, and looks here.
    Object.defineProperty(commands, 'commandOptions', { value: options });
  }
  return commands;
}

/** Sends a command as it is, to the server that has this key. */
type Send = (key: string | undefined, args: string[]) => Promise<unknown>;

/**
 * The arguments of `sendCommand` differ from kind to kind. It serves where a method of the client does not: a cluster
 * of 4 sends a script to any node, 5 takes PEXPIRE for a command that a replica can do, and `scan` takes a number in 4
 * and a string from 5 on. A sentinel's command goes to the master, as SCAN's cursor means nothing to a replica.
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
  const { masters = [] } = cluster;
  if (masters.length === 0) throw new Error('The cluster is not connected: call connect() first.');
  return Promise.all(
    masters.map(async (master) => {
      const node = (await cluster.nodeClient?.(master)) as Client;
      const send = senderOf(node, withoutDefaultTimer(node));
      return { scan: scanStep(send), nodes: () => send(undefined, ['CLUSTER', 'NODES']) };
    }),
  );
}

function scanStep(send: Send): ScanStep {
  return async (cursor, match, count) => {
    const args = ['SCAN', cursor, 'MATCH', match, 'COUNT', String(count)];
    return (await send(undefined, args)) as [string, string[]];
  };
}
