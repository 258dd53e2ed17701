import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type Running, serve } from './serve.ts';
import type { Settings } from './settings.ts';

/** Serves in processes that share one port. A worker that ends is replaced; one that cannot start ends the app. */
export async function startWorkers(settings: Settings): Promise<Running> {
  let stopping = false;
  const start = async (): Promise<number> => {
    const worker = cluster.fork({ HOLDFAST_SETTINGS: JSON.stringify(settings) });
    let serves = false;
    worker.once('exit', () => {
      if (stopping) return;
      // It has said what keeps it from starting.
      if (!serves) process.exit(1);
      start();
    });
    const [{ port }] = await once(worker, 'listening');
    serves = true;
    return port;
  };
  // What keeps one from starting keeps all: the first is to say so alone.
  const port = await start();
  await Promise.all(Array.from({ length: settings.workers - 1 }, start));
  return {
    port,
    async stop() {
      stopping = true;
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
