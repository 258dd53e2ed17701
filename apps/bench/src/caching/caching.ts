import type { TestRedis } from '@holdfast/test-servers';
import { effortOf } from '../effort.ts';
import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { type ExpiryResult, measureExpiry } from './expiry.ts';
import { type HitsEffort, type HitsResult, measureHits } from './hits.ts';
import { page } from './page.ts';
import { measureSignOuts, type SignOutResult } from './sign-outs.ts';

export interface CachingEffort extends HitsEffort {
  /** How many sessions are signed out in each case. */
  signOuts: number;
  /** How long an expired session is waited for to go. */
  patienceMs: number;
}

export interface Results {
  hits: HitsResult[];
  signOuts: SignOutResult[];
  expiry: ExpiryResult[];
}

const EARNEST: CachingEffort = {
  rounds: 5,
  seconds: 0.1,
  sessions: 100_000,
  sizes: [200, 2000],
  entries: [1000, 10_000, 100_000],
  signOuts: 2000,
  patienceMs: 5000,
};

const SMOKE: CachingEffort = {
  rounds: 1,
  seconds: 0.02,
  sessions: 1000,
  sizes: [200, 2000],
  entries: [100],
  signOuts: 50,
  patienceMs: 1000,
};

/** What node-redis's clientSideCache would bring, and what it would serve. */
export async function runCaching(asked: Effort, progress: Progress): Promise<Page> {
  const effort = effortOf(asked, EARNEST, SMOKE);
  return onRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return { text: page(await observed(redis.raw, measure, ['express-session', 'redis']), effort) };
  });
}

async function measureAll(
  { url, raw }: TestRedis,
  effort: CachingEffort,
  progress: Progress,
): Promise<Results> {
  const hits = await measureHits(url, raw, effort, progress);
  const signOuts = await measureSignOuts(url, effort.signOuts, progress);
  progress('expiry');
  const expiry = await measureExpiry(url, raw, effort.sessions, effort.patienceMs);
  return { hits, signOuts, expiry };
}
