import { createApp } from '../app.ts';
import { raceContenders } from '../race/contenders.ts';
import { HttpServer } from './http-server.ts';
import { reachRedis } from './reach-redis.ts';
import type { Settings } from './settings.ts';

/** The app while it serves, in this process or in its workers. */
export interface Running {
  port: number;
  /** Finishes the open requests, then closes all connections. */
  stop(): Promise<void>;
}

/**
 * Serves the app in this process.
 * @throws StartupError
 */
export async function serve(settings: Settings): Promise<Running> {
  const { store, redis, close, outages } = await reachRedis(settings);
  const contenders = await raceContenders(settings.client, settings.redisUrl, redis);
  const report = (error: unknown) => outages.report(error);
  const app = createApp({ store, redis, settings, contenders, report });
  const server = await HttpServer.listen(app, settings.port);
  // A browser reuses its connection, which belongs to one worker. New connections show it the other workers, too.
  if (settings.workers > 1) server.closeAfterEachRequest();
  return {
    port: server.port,
    async stop() {
      await server.stop();
      close();
      for (const contender of contenders) contender.close();
    },
  };
}
