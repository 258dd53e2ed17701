import { withConditions } from '../../measuring/conditions.ts';
import { withRedis } from '../../redis/servers.ts';
import { AT_ONCE } from '../../stores/measure-operations.ts';
import { OPERATIONS } from '../../stores/operations.ts';
import { chooseEffort, type Effort, type Page, type Progress } from '../workload.ts';
import { chartsOf } from './charts.ts';
import { CONTESTANTS } from './contestants.ts';
import { measureAll, type SpeedEffort } from './measure.ts';
import { page } from './page.ts';

const FULL: SpeedEffort = {
  rounds: 7,
  seconds: 0.08,
  operations: OPERATIONS,
  sizes: [200, 2000, 20_000],
  concurrencies: [1, AT_ONCE],
  stock: 1024,
  saved: [50_000, 100_000, 200_000],
  requests: 3000,
  servers: CONTESTANTS,
};

const SMOKE: SpeedEffort = {
  rounds: 1,
  seconds: 0.001,
  operations: OPERATIONS,
  sizes: [200, 2000],
  concurrencies: [AT_ONCE],
  stock: AT_ONCE,
  saved: [5000],
  requests: 64,
  servers: ['Holdfast, node-redis 6', 'connect-redis 10, node-redis 6', 'MemoryStore'],
};

const PACKAGES = [
  'autocannon',
  'connect-redis-10',
  'connect-redis-8',
  'express',
  'express-session',
  'ioredis',
  'memorystore',
  'redis',
];

/** Measures each operation of a store, and requests that have a session. */
export async function runSpeed(asked: Effort, progress: Progress): Promise<Page> {
  const effort = chooseEffort(asked, FULL, SMOKE);
  return withRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    const results = await withConditions(redis.raw, PACKAGES, measure);
    return { text: page(results, effort), charts: chartsOf(results) };
  });
}
