import cluster from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { greeting } from './start/greeting.ts';
import { type Options, readOptions } from './start/options.ts';
import { startOwnRedis } from './start/own-redis.ts';
import type { Running } from './start/serve.ts';
import type { Settings } from './start/settings.ts';
import { StartupError } from './start/startup-error.ts';

try {
  if (cluster.isPrimary) await run(readOptions());
  else await (await import('./start/worker.ts')).work();
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  // A client that cannot connect would keep the process alive and retry.
  process.exit(1);
}

async function run(options: Options): Promise<void> {
  const stopSignal = firstStopSignal();
  const ownRedis = options.redis ? await startOwnRedis() : undefined;
  const { secret = randomBytes(32).toString('hex') } = options;
  const own = ownRedis && { redisUrl: ownRedis.url, redisPid: ownRedis.pid };
  const settings = { ...options, secret, ...own };
  const { port, stop } = await start(settings);
  console.log(greeting(port, options, settings));
  console.log(`${await stopSignal}: finishing the open requests.`);
  await stop();
  ownRedis?.stop();
}

/** Loads the app only now that the options are valid, so that `--help` and a wrong option take no time. */
async function start(settings: Settings): Promise<Running> {
  if (settings.workers > 1) return (await import('./start/workers.ts')).startWorkers(settings);
  return (await import('./start/serve.ts')).serve(settings);
}

/** Resolves with the first signal. A terminal and npm may both send it, so later signals have no effect. */
function firstStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve).on('SIGINT', resolve).on('SIGHUP', resolve);
  });
}
