import { withConditions } from '../../measuring/conditions.ts';
import { withServerProcess } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { CLIENTS } from './clients.ts';
import { type FailoverEffort, measureAll } from './measure.ts';
import { page } from './page.ts';

const PACKAGES = [
  'connect-redis-10',
  'express-session',
  'ioredis',
  'ioredis-6',
  'redis',
  'redis-4',
  'redis-5',
];

const FULL: FailoverEffort = {
  clients: CLIENTS,
  settledWriters: 200,
  roamingWriters: 50,
  beforeMs: 2000,
  afterMs: 1000,
  patienceMs: 15_000,
};

const SMOKE: FailoverEffort = {
  clients: CLIENTS.filter(
    ({ name, options }) => name === 'node-redis 6' && options === 'recommended',
  ),
  settledWriters: 20,
  roamingWriters: 5,
  beforeMs: 500,
  afterMs: 100,
  patienceMs: 60_000,
};

/** Kills a master under each client, one client after the other. */
export async function runFailover(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withServerProcess(async (raw) => {
    const results = await withConditions(raw, PACKAGES, () => measureAll(effort, progress));
    return { text: page(results, effort) };
  });
}
