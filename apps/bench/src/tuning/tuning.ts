import type { TestRedis } from '@holdfast/test-servers';
import { effortOf } from '../effort.ts';
import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import { measureStores, type StoreEffort, type StoreResult } from '../speed/store-level.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { CLIENTS } from './clients.ts';
import { page } from './page.ts';

/** What the settings of each client came to, by its name. */
export interface Results {
  clients: Map<string, StoreResult<string>[]>;
}

const EARNEST: StoreEffort = {
  rounds: 7,
  seconds: 0.06,
  operations: ['get', 'get + touch', 'set'],
  sizes: [200, 2000],
  concurrencies: [1, 64, 256],
};

const SMOKE: StoreEffort = { ...EARNEST, rounds: 1, seconds: 0.005, sizes: [200] };

const PACKAGES = ['express-session', 'ioredis', 'redis'];

/** What settings of the clients bring with Holdfast. */
export async function runTuning(asked: Effort, progress: Progress): Promise<Page> {
  const effort = effortOf(asked, EARNEST, SMOKE);
  return onRedis(async (redis) => {
    const measure = () => measureAll(redis, effort, progress);
    return { text: page(await observed(redis.raw, measure, PACKAGES), effort) };
  });
}

async function measureAll(
  redis: TestRedis,
  effort: StoreEffort,
  progress: Progress,
): Promise<Results> {
  const clients: Results['clients'] = new Map();
  for (const [client, settings] of Object.entries(CLIENTS)) {
    const results = await measureStores(redis, settings, effort, (line) =>
      progress(`${client}: ${line}`),
    );
    clients.set(client, results);
  }
  return { clients };
}
