import { createApp } from '../app.ts';
import { OutageLog } from '../outage-log.ts';
import { raceSides } from '../race/sides.ts';
import { portOf, startServer, stopServer } from './http-server.ts';
import { reachRedis } from './reach-redis.ts';
import type { Settings } from './settings.ts';

/** The app, serving, in this process or in its workers. */
export interface Running {
  port: number;
  /** Finishes the requests under way. */
  stop(): Promise<void>;
}

/**
 * Serves in this process.
 * @throws CannotStart
 */
export async function serve(settings: Settings): Promise<Running> {
  const outages = new OutageLog();
  const { store, redis, close } = await reachRedis(settings, outages);
  const sides = raceSides(settings.client, settings.redisUrl, redis);
  const report = (error: unknown) => outages.report(error);
  const app = createApp({ store, redis, settings, sides, report });
  const server = await startServer(app, settings.port);
  // A browser keeps its connection, and with it its worker. One for each request lets it meet the others.
  if (settings.workers > 1) server.maxRequestsPerSocket = 1;
  return {
    port: portOf(server),
    async stop() {
      await stopServer(server);
      close();
      for (const side of sides) side.close();
    },
  };
}
