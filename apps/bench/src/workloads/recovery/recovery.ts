import { FAULTS } from '@holdfast/test-servers';
import { withConditions } from '../../measuring/conditions.ts';
import { withServerProcess } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { CLIENTS } from './clients.ts';
import { measureAll, type RecoveryEffort } from './measure.ts';
import { page, recoveryTable } from './page.ts';

const PACKAGES = ['ioredis', 'ioredis-6', 'redis', 'redis-5'];

const FULL: RecoveryEffort = {
  clients: CLIENTS,
  topologies: ['one server', 'cluster', 'sentinels', 'sentinels, min-replicas'],
  faults: FAULTS,
  writers: 5,
  beforeMs: 2000,
  afterMs: 10_000,
  patienceMs: 20_000,
  rounds: 2,
};

const SMOKE: RecoveryEffort = {
  clients: CLIENTS.filter(({ options }) => options === 'recommended').slice(1, 3),
  topologies: ['sentinels'],
  faults: ['silent'],
  writers: 2,
  beforeMs: 300,
  afterMs: 100,
  patienceMs: 120_000,
  rounds: 1,
};

/** Lets a server fail in three ways, in three topologies, and measures how long each client needs. */
export async function runRecovery(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withServerProcess(async (raw) => {
    const results = await withConditions(raw, PACKAGES, () => measureAll(effort, progress));
    return {
      text: page(results, effort),
      tables: { 'reliability.md': recoveryTable(results.results, effort, 'recommended') },
    };
  });
}
