import { withConditions } from '../../measuring/conditions.ts';
import { withRedis } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { type CachingEffort, measureAll } from './measure.ts';
import { page } from './page.ts';

const PACKAGES = ['express-session', 'redis'];

const FULL: CachingEffort = {
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
  seconds: 0.005,
  sessions: 200,
  sizes: [200],
  entries: [100],
  signOuts: 10,
  patienceMs: 100,
};

/** Measures what node-redis's clientSideCache would gain, and how often it would return ended sessions. */
export async function runCaching(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return { text: page(await withConditions(redis.raw, PACKAGES, measure), effort) };
  });
}
