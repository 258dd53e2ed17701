import { setTimeout as pause } from 'node:timers/promises';
import { RedisStore } from '@holdfast/core';
import { fromIoredis, type IoredisClient } from '@holdfast/ioredis';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import type { Deployment } from '@holdfast/test-servers';
import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import * as redis6 from 'redis';
import * as redis5 from 'redis-5';
import { RECOMMENDED_OPTIONS, type Servers } from '../../outages/recommended.ts';
import type { OpenedStore } from '../../stores/opened-store.ts';

export interface RecoveringClient {
  name: string;
  options: 'default' | 'recommended';
  open(servers: Deployment): Promise<OpenedStore<RedisStore>>;
}

const REFRESHING_MS = 20;

type Addresses = Deployment['addresses'];

/** Creates a client, before it connects. */
type Create<Client> = Record<
  Servers,
  (addresses: Addresses, name: string, options: object) => Client
>;

type NodeRedis = NodeRedisClient & {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): unknown;
};

type Ioredis = IoredisClient & {
  on(event: 'error' | 'ready', listener: () => void): unknown;
  disconnect(): void;
};

const createNodeRedis5: Create<NodeRedis> = {
  'one server': ([address], _, options) => redis5.createClient(withAddress(address, options)),
  cluster: (addresses, _, options) =>
    redis5.createCluster({ rootNodes: nodes(addresses), ...options }),
  sentinels: (addresses, name, options) =>
    redis5.createSentinel({ name, sentinelRootNodes: [...addresses], ...options }),
};

const createNodeRedis6: Create<NodeRedis> = {
  'one server': ([address], _, options) => redis6.createClient(withAddress(address, options)),
  cluster: (addresses, _, options) =>
    redis6.createCluster({ rootNodes: nodes(addresses), ...options }),
  sentinels: (addresses, name, options) =>
    redis6.createSentinel({ name, sentinelRootNodes: [...addresses], ...options }),
};

const createIoredis5: Create<Ioredis> = {
  'one server': ([address], _, options) => new ioredis5.Redis({ ...address, ...options }),
  cluster: (addresses, _, options) => new ioredis5.Cluster([...addresses], options),
  sentinels: (addresses, name, options) =>
    new ioredis5.Redis({ name, sentinels: [...addresses], ...options }),
};

const createIoredis6: Create<Ioredis> = {
  'one server': ([address], _, options) => new ioredis6.Redis({ ...address, ...options }),
  cluster: (addresses, _, options) => new ioredis6.Cluster([...addresses], options),
  sentinels: (addresses, name, options) =>
    new ioredis6.Redis({ name, sentinels: [...addresses], ...options }),
};

function withAddress(address: Addresses[number] | undefined, options: object): object {
  return { ...options, socket: { ...address, ...Reflect.get(options, 'socket') } };
}

function nodes(addresses: Addresses) {
  return addresses.map((socket) => ({ socket }));
}

async function openNodeRedis(client: NodeRedis): Promise<OpenedStore<RedisStore>> {
  client.on('error', ignore);
  await client.connect();
  const store = new RedisStore({ client: fromNodeRedis(client) });
  return { store, close: () => client.destroy() };
}

async function openIoredis(client: Ioredis): Promise<OpenedStore<RedisStore>> {
  client.on('error', ignore);
  await new Promise<void>((resolve) => client.on('ready', resolve));
  const store = new RedisStore({ client: fromIoredis(client) });
  async function close() {
    // A cluster that is closed while it refreshes its slots goes on with that, and the process does not end.
    while (Reflect.get(client, 'isRefreshing') === true) await pause(REFRESHING_MS);
    client.disconnect();
  }
  return { store, close };
}

function serversOf(topology: Deployment['topology']): Servers {
  return topology === 'sentinels, min-replicas' ? 'sentinels' : topology;
}

/** Clients report every server that is away, as this workload intends. */
function ignore() {}

/** Each client with its default options, and with those that the documentation recommends. */
export const CLIENTS: RecoveringClient[] = (['default', 'recommended'] as const).flatMap(
  (options) => {
    const optionsOf = (kind: keyof typeof RECOMMENDED_OPTIONS, topology: Deployment['topology']) =>
      options === 'default' ? {} : RECOMMENDED_OPTIONS[kind][serversOf(topology)];
    const nodeRedis = (name: string, create: Create<NodeRedis>): RecoveringClient => ({
      name,
      options,
      open: ({ topology, addresses, name: master }) =>
        openNodeRedis(
          create[serversOf(topology)](addresses, master, optionsOf('node-redis', topology)),
        ),
    });
    const ioredis = (name: string, create: Create<Ioredis>): RecoveringClient => ({
      name,
      options,
      open: ({ topology, addresses, name: master }) =>
        openIoredis(create[serversOf(topology)](addresses, master, optionsOf('ioredis', topology))),
    });
    return [
      nodeRedis('node-redis 5', createNodeRedis5),
      nodeRedis('node-redis 6', createNodeRedis6),
      ioredis('ioredis 5', createIoredis5),
      ioredis('ioredis 6', createIoredis6),
    ];
  },
);
