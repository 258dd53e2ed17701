import cluster from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { CannotStart } from './start/cannot-start.ts';
import { greeting } from './start/greeting.ts';
import { readOptions } from './start/options.ts';
import { startOwnRedis } from './start/own-redis.ts';
import { serve } from './start/serve.ts';
import { startWorkers, work } from './start/workers.ts';

try {
  await (cluster.isPrimary ? run() : work());
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error);
  // A client that could not connect would go on trying.
  process.exit(1);
}

async function run(): Promise<void> {
  const options = readOptions();
  const stopped = signal();
  const ownRedis = options.redis ? await startOwnRedis() : undefined;
  const { secret = randomBytes(32).toString('hex') } = options;
  const own = ownRedis && { redisUrl: ownRedis.url, redisPid: ownRedis.pid };
  const settings = { ...options, secret, ...own };
  const { port, stop } = await (settings.workers > 1 ? startWorkers : serve)(settings);
  console.log(greeting(port, options, settings));
  console.log(`${await stopped}: finishing the requests under way.`);
  await stop();
  ownRedis?.stop();
}

/** The first signal to stop. A terminal and npm may both send the same one, so that more of them mean nothing. */
function signal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve).on('SIGINT', resolve).on('SIGHUP', resolve);
  });
}
