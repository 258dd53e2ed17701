import cluster from 'node:cluster';
import { once } from 'node:events';
import { serve } from './serve.ts';

/** Serves the app in a worker, until the primary process stops it. */
export async function work(): Promise<void> {
  // Ctrl-C reaches the workers too, but only the primary process decides when to stop.
  process.on('SIGINT', () => {}).on('SIGHUP', () => {});
  const { stop } = await serve(JSON.parse(process.env.HOLDFAST_SETTINGS ?? ''));
  await once(process, 'SIGTERM');
  await stop();
  cluster.worker?.disconnect();
}
