import { withConditions } from '../../measuring/conditions.ts';
import { withRedis } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { type ConcurrencyEffort, measureAll } from './measure.ts';
import { page } from './page.ts';

const PACKAGES = ['connect-redis-10', 'express-session', 'redis'];

const FULL: ConcurrencyEffort = { rounds: 15, seconds: 0.5 };
const SMOKE: ConcurrencyEffort = { rounds: 1, seconds: 0.005 };

/** Measures requests that run at the same time, and which of their changes survive. */
export async function runConcurrency(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return { text: page(await withConditions(redis.raw, PACKAGES, measure), effort) };
  });
}
