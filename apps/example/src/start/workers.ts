import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Running } from './serve.ts';
import type { Settings } from './settings.ts';
// Functions that the primary process runs for its workers. It needs nothing else of the app.
import '../metrics/all-operations.ts';
import '../outage/freeze.ts';

/** The delay before a worker that ended is replaced. It keeps workers that cannot start from restarting in a tight loop. */
const RESTART_DELAY_MS = 500;

/**
 * Serves the app in several processes that share one port. If a worker cannot start, the app ends. If a worker ends
 * later, another one replaces it, and retries as long as Redis is away.
 */
export async function startWorkers(settings: Settings): Promise<Running> {
  let isServing = false;
  const start = async (): Promise<number> => {
    const worker = cluster.fork({ HOLDFAST_SETTINGS: JSON.stringify(settings) });
    worker.once('exit', () => {
      if (isServing) setTimeout(() => isServing && start(), RESTART_DELAY_MS);
    });
    const [{ port }] = await once(worker, 'listening');
    return port;
  };
  // The worker has printed its error.
  const end = () => process.exit(1);
  cluster.once('exit', end);
  // The others start after the first, so that only one prints an error that they would all have.
  const port = await start();
  await Promise.all(Array.from({ length: settings.workers - 1 }, start));
  cluster.off('exit', end);
  isServing = true;
  return {
    port,
    async stop() {
      isServing = false;
      await Promise.all(Object.values(cluster.workers ?? {}).map(stopWorker));
    },
  };
}

async function stopWorker(worker: Worker | undefined): Promise<void> {
  if (worker === undefined || worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await ended;
}
