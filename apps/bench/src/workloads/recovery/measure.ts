import { setTimeout as pause } from 'node:timers/promises';
import { type Deployment, deploy, type Fault, type Topology } from '@holdfast/test-servers';
import type { OpenedStore } from '../../stores/opened-store.ts';
import { Writer } from '../failover/writer.ts';
import type { Progress } from '../workload.ts';
import type { RecoveringClient } from './clients.ts';

export interface RecoveryEffort {
  clients: readonly RecoveringClient[];
  topologies: readonly Topology[];
  faults: readonly Fault[];
  /** How many writers each client has. */
  writers: number;
  /** How long they write before the fault, */
  beforeMs: number;
  /** and after every client works again. */
  afterMs: number;
  /** How long to wait until every client works again. */
  patienceMs: number;
  /** How often to repeat each fault, on new servers. */
  rounds: number;
}

export interface RecoveryResult {
  client: RecoveringClient;
  topology: Topology;
  fault: Fault;
  network: Deployment['network'];
  /** Milliseconds until every writer could write again. Infinity if some could not before the patience ended. */
  recoveredMs: number;
  acknowledged: number;
  /** Acknowledged sets whose session does not exist in the end: those that were acknowledged after the fault began. */
  lostAfterward: number;
}

export interface Results {
  results: RecoveryResult[];
}

/** Lets the server of all clients fail at the same time. */
export async function measureAll(effort: RecoveryEffort, progress: Progress): Promise<Results> {
  const results: RecoveryResult[] = [];
  for (const topology of effort.topologies) {
    for (const fault of effort.faults) {
      for (let round = 1; round <= effort.rounds; round++) {
        progress(`recovery: ${topology}, ${fault}, round ${round} of ${effort.rounds}`);
        results.push(...(await measure(topology, fault, effort)));
      }
    }
  }
  return { results };
}

interface Load extends OpenedStore {
  client: RecoveringClient;
  writers: Writer[];
}

async function measure(
  topology: Topology,
  fault: Fault,
  { clients, writers: count, beforeMs, afterMs, patienceMs }: RecoveryEffort,
): Promise<RecoveryResult[]> {
  const servers = await deploy(topology);
  const loads: Load[] = [];
  const end = new AbortController();
  try {
    for (const client of clients) {
      const writers = Array.from({ length: count }, (_, index) => {
        return new Writer(`${client.name} ${client.options}`, [servers.tag(index)]);
      });
      loads.push({ client, writers, ...(await client.open(servers)) });
    }
    for (const { store, writers } of loads) {
      for (const writer of writers) writer.write(store, end.signal);
    }
    await pause(beforeMs);
    const { began, recoverable } = await servers.begin(fault);
    const times = await recoveries(loads, recoverable, patienceMs);
    await pause(afterMs);
    end.abort();
    await servers.settle();
    const stored = new Set(await servers.keys());
    return loads.map(({ client, writers }) => {
      const outcomes = writers.flatMap((writer) => writer.outcomes);
      const acknowledged = outcomes.filter(({ error }) => error === undefined);
      const isLost = (id: string) => !stored.has(`sess:${id}`);
      return {
        client,
        topology,
        fault,
        network: servers.network,
        recoveredMs: (times.get(client) ?? Number.POSITIVE_INFINITY) - recoverable,
        acknowledged: acknowledged.length,
        lostAfterward: acknowledged.filter(({ id, ended }) => ended > began && isLost(id)).length,
      };
    });
  } finally {
    end.abort();
    for (const { close } of loads) await close();
    await servers.stop();
  }
}

/** Returns when every writer of each client could write again. */
async function recoveries(
  loads: Load[],
  since: number,
  patienceMs: number,
): Promise<Map<RecoveringClient, number>> {
  const recovered = new Map<RecoveringClient, number>();
  while (recovered.size < loads.length && performance.now() < since + patienceMs) {
    for (const { client, writers } of loads) {
      const times = writers.map((writer) => writer.worksAgain(since));
      if (times.every((time) => time !== undefined)) recovered.set(client, Math.max(...times));
    }
    await pause(20);
  }
  return recovered;
}
