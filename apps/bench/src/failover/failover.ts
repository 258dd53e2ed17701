import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { CLIENTS } from './clients.ts';
import { type FailoverResult, measureFailover } from './measure.ts';
import { page } from './page.ts';

const PACKAGES = [
  'connect-redis-10',
  'express-session',
  'ioredis',
  'ioredis-6',
  'redis',
  'redis-4',
  'redis-5',
];

export interface Results {
  results: FailoverResult[];
}

/** Kills a master under each client, one client after the other; in a smoke run, under one. */
export async function runFailover({ smoke }: Effort, progress: Progress): Promise<Page> {
  return onRedis(async ({ raw }) => ({
    text: page(await observed(raw, () => measureAll(smoke, progress), PACKAGES)),
  }));
}

async function measureAll(smoke: boolean, progress: Progress): Promise<Results> {
  const results: FailoverResult[] = [];
  for (const client of smoke ? few() : CLIENTS) {
    progress(`failover: ${client.name}, ${client.server}, ${client.options} options`);
    results.push(await measureFailover(client));
  }
  return { results };
}

function few() {
  return CLIENTS.filter(
    ({ name, options }) => name === 'node-redis 6' && options === 'recommended',
  );
}
