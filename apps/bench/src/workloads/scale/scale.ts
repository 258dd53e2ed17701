import { withConditions } from '../../measuring/conditions.ts';
import { inEmpty } from '../../redis/in-empty.ts';
import { withRedis } from '../../redis/servers.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { measureAll, type ScaleEffort } from './measure.ts';
import { page } from './page.ts';

const PACKAGES = ['connect-redis-10', 'express-session', 'redis'];

const FULL: ScaleEffort = {
  rounds: 3,
  sessions: [1000, 10_000, 100_000],
  others: [0, 1_000_000],
  growth: [50, 500],
  repeats: 5,
  blocking: 200_000,
  readers: [100_000, 1_000_000],
  indexMemory: 20_000,
};

const SMOKE: ScaleEffort = {
  rounds: 1,
  sessions: [100],
  others: [0, 200],
  growth: [10, 20],
  repeats: 1,
  blocking: 200,
  readers: [200],
  indexMemory: 1000,
};

/** Measures what calls for many sessions cost, in time, in the time of the server, and in memory. */
export async function runScale(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withRedis((redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return inEmpty(redis.raw, async () => ({
      text: page(await withConditions(redis.raw, PACKAGES, measure), effort),
    }));
  });
}
