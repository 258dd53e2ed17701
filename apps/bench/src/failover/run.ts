import { startRedis } from '@holdfast/test-servers';
import { currentLoad, describeMachine } from '../machine.ts';
import { CLIENTS } from './clients.ts';
import { type FailoverResult, measureFailover } from './measure.ts';
import { report } from './report.ts';

const PACKAGES = [
  'connect-redis-10',
  'express-session',
  'ioredis',
  'ioredis-6',
  'redis',
  'redis-4',
  'redis-5',
];

/**
 * Kills a master under each client, one client after the other.
 * @param smoke only to see whether it runs: one client of a cluster.
 * @returns a page of Markdown.
 */
export async function runFailover(
  smoke: boolean,
  progress: (line: string) => void,
): Promise<string> {
  const start = performance.now();
  const loadBefore = currentLoad();
  const results: FailoverResult[] = [];
  for (const client of smoke ? few() : CLIENTS) {
    progress(`failover: ${client.name}, ${client.server}, ${client.options} options`);
    results.push(await measureFailover(client));
  }
  const redis = await startRedis();
  const machine = await describeMachine(redis.raw, PACKAGES);
  await redis.stop();
  const tookSeconds = (performance.now() - start) / 1000;
  return report({ machine, load: [loadBefore, currentLoad()], tookSeconds, results });
}

function few() {
  return CLIENTS.filter(
    ({ name, options }) => name === 'node-redis 6' && options === 'recommended',
  );
}
