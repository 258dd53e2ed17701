import type { TestRedis } from '@holdfast/test-servers';
import type { Progress } from '../workload.ts';
import { type ExpiryResult, measureExpiry } from './expiry.ts';
import { type HitsEffort, type HitsResult, measureHits } from './hits.ts';
import { measureSignOuts, type SignOutResult } from './sign-outs.ts';

export interface CachingEffort extends HitsEffort {
  /** How many sessions are signed out in each case. */
  signOuts: number;
  /** How long to wait until an expired session is gone. */
  patienceMs: number;
}

export interface Results {
  hits: HitsResult[];
  signOuts: SignOutResult[];
  expiry: ExpiryResult[];
}

export async function measureAll(
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
