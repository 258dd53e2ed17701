import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { type Running, serve } from './serve.ts';
import type { Settings } from './settings.ts';

/** How long a worker that has ended is missed, lest one that cannot live be started without a break. */
const PAUSE_MS = 500;

/**
 * Serves in processes that share one port. One that cannot start in the beginning ends the app; one that ends later is
 * replaced, as often as it takes: Redis can be away just then.
 */
export async function startWorkers(settings: Settings): Promise<Running> {
  let serving = false;
  const start = async (): Promise<number> => {
    const worker = cluster.fork({ HOLDFAST_SETTINGS: JSON.stringify(settings) });
    worker.once('exit', async () => {
      await setTimeout(PAUSE_MS);
      if (serving) start();
    });
    const [{ port }] = await once(worker, 'listening');
    return port;
  };
  // It has said what keeps it from starting.
  const end = () => process.exit(1);
  cluster.once('exit', end);
  // What keeps one from starting keeps all: the first is to say so alone.
  const port = await start();
  await Promise.all(Array.from({ length: settings.workers - 1 }, start));
  cluster.off('exit', end);
  serving = true;
  return {
    port,
    async stop() {
      serving = false;
      await Promise.all(Object.values(cluster.workers ?? {}).map(stopWorker));
    },
  };
}

/** What such a process does. */
export async function work(): Promise<void> {
  // Ctrl-C reaches it too, but it is the primary that says when to stop.
  process.on('SIGINT', () => {}).on('SIGHUP', () => {});
  const { stop } = await serve(JSON.parse(process.env.HOLDFAST_SETTINGS ?? ''));
  await once(process, 'SIGTERM');
  await stop();
  cluster.worker?.disconnect();
}

async function stopWorker(worker: Worker | undefined): Promise<void> {
  if (worker === undefined || worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await ended;
}
