import { setTimeout as pause } from 'node:timers/promises';
import { startCluster } from './cluster.ts';
import { type Machine, type Network, startNetwork } from './network.ts';
import { type Address, addressOf, type RedisProcess } from './process.ts';
import { startSentinels } from './sentinels.ts';
import { startServerOn } from './server.ts';
import { until } from './until.ts';

/** With `min-replicas`, a master behind sentinels accepts writes only while it hears from a replica. */
export type Topology = 'one server' | 'cluster' | 'sentinels' | 'sentinels, min-replicas';

/** Servers on machines of their own, of which one is to fail. */
export interface Deployment {
  readonly topology: Topology;
  readonly network: Network['kind'];
  /** Where clients connect first: to the server, the masters, or the sentinels. With sentinels, the first is on the failing machine. */
  readonly addresses: readonly Address[];
  /** The name by which sentinels know the master. */
  readonly name: string;
  /** Returns a hash tag, another one for each number. Its keys are on the server that is to fail. */
  tag(number: number): string;
  /** Lets it fail. Resolves when nothing more is going to change, or to be healed only by {@link settle}. */
  begin(fault: Fault): Promise<Failure>;
  /** Brings the machine back, if it is away, and waits until its server is no master any more, if another one took over. */
  settle(): Promise<void>;
  /** Reads all keys from the masters. */
  keys(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * - killed: the process of the server ends, and its machine closes the connections. A single server is started again.
 * - silent: its machine vanishes without a word. A single one comes back as if it had booted.
 * - partitioned: the link of its machine is down for a while.
 */
export type Fault = 'killed' | 'silent' | 'partitioned';
export const FAULTS: readonly Fault[] = ['killed', 'silent', 'partitioned'];

/** Moments of a fault, by `performance.now()`. */
export interface Failure {
  /** When the server became unavailable. */
  readonly began: number;
  /** From when on clients can recover: when a single server was back, otherwise when it became unavailable. */
  readonly recoverable: number;
  /** From when on the server may answer again. Infinity: not before {@link Deployment.settle}. */
  readonly over: number;
}

/** How long a single server is away, and how long a link is down. Longer than a failover takes here. */
export const AWAY_MS = 5000;

interface Servers {
  addresses: readonly Address[];
  name?: string;
  victim: RedisProcess;
  machine: Machine;
  tags?: readonly string[];
  keys(): Promise<unknown>;
  stop(): Promise<void>;
}

const TAGS = 60;

const START: Record<Topology, (machines: readonly Machine[]) => Promise<Servers>> = {
  async 'one server'([machine]) {
    if (machine === undefined) throw new Error('There is no machine.');
    const victim = await startServerOn(machine, '--appendonly', 'yes');
    const keys = () => victim.connection.keys('*');
    return { addresses: [addressOf(victim)], victim, machine, keys, stop: () => victim.stop() };
  },

  sentinels: (machines) => behindSentinels(machines),
  'sentinels, min-replicas': (machines) => behindSentinels(machines, ...MIN_REPLICAS),

  async cluster(machines) {
    const { addresses, ports, masterOf, masters, stop } = await startCluster({ machines });
    const victim = await masterOf('{0}');
    const machine = machines[ports.indexOf(victim.port)];
    if (machine === undefined) throw new Error('There is no machine.');
    const tags: string[] = [];
    for (let number = 0; tags.length < TAGS; number++) {
      if ((await masterOf(`{${number}}`)).port === victim.port) tags.push(String(number));
    }
    const keys = async () =>
      (await Promise.all((await masters()).map(({ connection }) => connection.keys('*')))).flat();
    return { addresses, victim, machine, tags, keys, stop };
  },
};

const MIN_REPLICAS = ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '2'];

async function behindSentinels(
  machines: readonly Machine[],
  ...options: string[]
): Promise<Servers> {
  const { addresses, name, master, raw, stop } = await startSentinels({ machines, options });
  const [machine] = machines;
  if (machine === undefined) throw new Error('There is no machine.');
  return { addresses, name, victim: master, machine, keys: () => raw('KEYS', '*'), stop };
}

const MACHINES: Record<Topology, number> = {
  'one server': 1,
  cluster: 6,
  sentinels: 3,
  'sentinels, min-replicas': 3,
};

/** Starts a single server, a cluster of three masters with a replica each, or a master with two replicas and three sentinels. */
export async function deploy(topology: Topology): Promise<Deployment> {
  const network = await startNetwork(MACHINES[topology]);
  const servers = await START[topology](network.machines);
  const { victim, machine } = servers;
  let isKilled = false;
  let isCut = false;

  async function cut(): Promise<void> {
    await machine.cut();
    // Otherwise the other nodes of a cluster would still hear from it.
    if (network.kind === 'proxies') victim.freeze();
    isCut = true;
  }

  async function heal(): Promise<void> {
    await machine.heal();
    if (network.kind === 'proxies') victim.thaw();
    isCut = false;
  }

  const begin: Record<Fault, () => Promise<unknown>> = {
    async killed() {
      await victim.kill();
      isKilled = true;
    },
    silent: cut,
    partitioned: cut,
  };

  /** Brings a single server back, and a link. */
  async function end(fault: Fault): Promise<number> {
    if (fault !== 'partitioned' && topology !== 'one server') return Number.POSITIVE_INFINITY;
    await pause(AWAY_MS);
    const over = performance.now();
    if (fault === 'silent') await victim.kill();
    if (isCut) await heal();
    if (fault !== 'partitioned') await victim.restart();
    isKilled = false;
    return over;
  }

  return {
    topology,
    network: network.kind,
    addresses: servers.addresses,
    name: servers.name ?? '',
    tag: (number) => servers.tags?.[number % TAGS] ?? String(number),

    async begin(fault) {
      await begin[fault]();
      const began = performance.now();
      const over = await end(fault);
      return { began, recoverable: topology === 'one server' ? performance.now() : began, over };
    },

    async settle() {
      if (isCut) await heal();
      if (isKilled || topology === 'one server') return;
      await until('the old master is a replica', async () =>
        (await victim.connection.info('replication')).includes('role:slave'),
      );
    },

    keys: async () => (await servers.keys()) as string[],

    async stop() {
      await servers.stop();
      await network.stop();
    },
  };
}
