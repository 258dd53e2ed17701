import type { TestRedis } from '@holdfast/test-servers';
import { effortOf } from '../effort.ts';
import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { chartsOf } from './charts.ts';
import { CONTESTANTS, type Contestant, OPEN } from './contestants.ts';
import { type HttpEffort, type HttpResult, measureHttp } from './http-level.ts';
import { OPERATIONS } from './operations.ts';
import { page } from './page.ts';
import { AT_ONCE, measureStores, type StoreEffort, type StoreResult } from './store-level.ts';
import { type MemoryEffort, measureTouchMemory, type TouchMemory } from './touch-memory.ts';

export type SpeedEffort = StoreEffort & MemoryEffort & HttpEffort;

export interface Results {
  stores: StoreResult<Contestant>[];
  memory: TouchMemory[];
  http: HttpResult[];
}

const EARNEST: SpeedEffort = {
  rounds: 7,
  seconds: 0.08,
  operations: OPERATIONS,
  sizes: [200, 2000, 20_000],
  concurrencies: [1, AT_ONCE],
  saved: [50_000, 100_000, 200_000],
  requests: 3000,
  servers: CONTESTANTS,
};

const SMOKE: SpeedEffort = {
  rounds: 1,
  seconds: 0.005,
  operations: OPERATIONS,
  sizes: [200, 2000],
  concurrencies: [1, AT_ONCE],
  saved: [5000, 10_000],
  requests: 128,
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

/** What each operation of a store costs, and a request that has a session. */
export async function runSpeed(asked: Effort, progress: Progress): Promise<Page> {
  const effort = effortOf(asked, EARNEST, SMOKE);
  return onRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    const results = await observed(redis.raw, measure, PACKAGES);
    return { text: page(results, effort), charts: chartsOf(results) };
  });
}

async function measureAll(
  redis: TestRedis,
  effort: SpeedEffort,
  progress: Progress,
): Promise<Results> {
  const stores = await measureStores(redis, OPEN, effort, (line) => progress(`store: ${line}`));
  progress('memory of remembered touches');
  const memory = await measureTouchMemory(redis.url, effort.saved);
  const http = await measureHttp(redis.url, redis.raw, effort, progress);
  return { stores, memory, http };
}
