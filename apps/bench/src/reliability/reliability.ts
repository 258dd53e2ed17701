import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { FAULTS, type Fault } from './faults.ts';
import { measureReliability, type ReliabilityEffort, type ReliabilityResult } from './measure.ts';
import { page, resultTable } from './page.ts';

interface AllEffort extends ReliabilityEffort {
  faults: Fault[];
  contestants: Contestant[];
}

export interface Results {
  results: ReliabilityResult[];
}

const EARNEST: AllEffort = {
  beforeMs: 2000,
  faultMs: 5000,
  faults: FAULTS,
  contestants: CONTESTANTS,
};

const SMOKE: AllEffort = {
  beforeMs: 500,
  faultMs: 1000,
  faults: FAULTS.slice(0, 1),
  contestants: CONTESTANTS.filter(
    ({ client, settings }) => client === 'node-redis 6' && settings !== 'default',
  ),
};

export const PACKAGES: string[] = [
  'connect-redis-10',
  'connect-redis-8',
  'express',
  'express-session',
  'ioredis',
  'redis',
];

/** Lets each fault befall an application with each contestant, all contestants at once. */
export async function runReliability({ smoke }: Effort, progress: Progress): Promise<Page> {
  const effort = smoke ? SMOKE : EARNEST;
  return onRedis(async ({ raw }) => {
    const results = await observed(raw, () => measureAll(effort, progress), PACKAGES);
    return { text: page(results), tables: { 'reliability.md': resultTable(results.results) } };
  });
}

async function measureAll(effort: AllEffort, progress: Progress): Promise<Results> {
  const results: ReliabilityResult[] = [];
  for (const fault of effort.faults) {
    progress(`reliability: ${fault.name}`);
    const measured = effort.contestants.map((contestant) =>
      measureReliability(fault, contestant, effort),
    );
    results.push(...(await Promise.all(measured)));
  }
  return { results };
}
