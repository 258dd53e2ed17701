import { withConditions } from '../../measuring/conditions.ts';
import { withRedis } from '../../redis/servers.ts';
import type { OperationEffort } from '../../stores/measure-operations.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { measureAll } from './measure.ts';
import { page } from './page.ts';

const PACKAGES = ['express-session', 'ioredis', 'redis'];

const FULL: OperationEffort = {
  rounds: 7,
  seconds: 0.06,
  operations: ['get', 'get + touch', 'set'],
  sizes: [200, 2000],
  concurrencies: [1, 64, 256],
  stock: 0,
};

const SMOKE: OperationEffort = {
  ...FULL,
  rounds: 1,
  seconds: 0.001,
  operations: ['get', 'set'],
  sizes: [200],
  concurrencies: [1, 64],
};

/** Measures what settings of the clients change for Holdfast. */
export async function runTuning(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return { text: page(await withConditions(redis.raw, PACKAGES, measure), effort) };
  });
}
