import { withConditions } from '../../measuring/conditions.ts';
import { PACKAGES } from '../../outages/contestants.ts';
import { withServerProcess } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { measureAll, type SoakEffort } from './measure.ts';
import { page } from './page.ts';

const FULL: SoakEffort = { minutes: 30, quietMs: 20_000, faultMs: 5000, everyMs: 10 };

const SMOKE: SoakEffort = { minutes: 0.01, quietMs: 300, faultMs: 100, everyMs: 20 };

/** Sends visitors all the time and injects faults now and then, into an application on each client. */
export async function runSoak(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  progress(`soak: ${effort.minutes} minutes`);
  return withServerProcess(async (raw) => {
    const results = await withConditions(raw, PACKAGES, () => measureAll(effort));
    return { text: page(results, effort) };
  });
}
