import { withConditions } from '../../measuring/conditions.ts';
import { CONTESTANTS, PACKAGES } from '../../outages/contestants.ts';
import { FAULTS } from '../../outages/faults.ts';
import { withServerProcess } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { measureAll, type ReliabilityEffort } from './measure.ts';
import { page, resultTable } from './page.ts';

const FULL: ReliabilityEffort = {
  beforeMs: 2000,
  faultMs: 5000,
  everyMs: 50,
  settledMs: 2000,
  patienceMs: 15_000,
  faults: FAULTS,
  contestants: CONTESTANTS,
};

const SMOKE: ReliabilityEffort = {
  beforeMs: 300,
  faultMs: 1000,
  everyMs: 20,
  settledMs: 200,
  patienceMs: 60_000,
  faults: FAULTS.slice(0, 1),
  contestants: CONTESTANTS.filter(
    ({ client, settings }) => client === 'node-redis 6' && settings !== 'default',
  ),
};

/** Injects each fault into the Redis server of an application, for all contestants at the same time. */
export async function runReliability(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withServerProcess(async (raw) => {
    const results = await withConditions(raw, PACKAGES, () => measureAll(effort, progress));
    return {
      text: page(results, effort),
      tables: { 'reliability.md': resultTable(results.results) },
    };
  });
}
