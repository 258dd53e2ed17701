import { randomBytes } from 'node:crypto';
import { createApp } from './app.ts';
import { CannotStart } from './cannot-start.ts';
import { portOf, startServer, stopServer } from './http-server.ts';
import { readSettings } from './options.ts';
import { OutageLog } from './outage-log.ts';
import { raceSides } from './race/sides.ts';
import { reachRedis } from './reach-redis.ts';
import { withoutSecrets } from './redis-url.ts';
import type { Settings } from './settings.ts';

try {
  await run();
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error);
  // A client that could not connect would go on trying.
  process.exit(1);
}

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  const outages = new OutageLog();
  const { store, redis, close } = await reachRedis(settings, outages);
  const sides = raceSides(settings.client, settings.redisUrl, redis);
  const report = (error: unknown) => outages.report(error);
  const server = await startServer(
    createApp({
      store,
      redis,
      sides,
      settings: { ...settings, secret: settings.secret || randomBytes(32).toString('hex') },
      report,
    }),
    settings.port,
  );
  console.log(greeting(portOf(server), settings));
  console.log(`${await signal()}: finishing the requests under way.`);
  await stopServer(server);
  close();
  for (const side of sides) side.close();
}

function greeting(port: number, { client, redisUrl, secret }: Settings): string {
  const lines = [`The shop is open at http://localhost:${port}`];
  if (client === 'redis-mock') {
    lines.push(
      'Its sessions are in redis-mock, in the memory of this process, and end with it. For a real Redis:',
      '  HOLDFAST_CLIENT=node-redis REDIS_URL=redis://localhost:6379 npm start',
      '  HOLDFAST_CLIENT=ioredis REDIS_URL=redis://localhost:6379 npm start',
    );
  } else {
    lines.push(`Its sessions are in Redis at ${withoutSecrets(redisUrl)}, through ${client}.`);
  }
  if (secret === '') {
    lines.push(
      'Warning: SESSION_SECRET is not set, so a random one is used, and a restart signs everybody out.',
    );
  }
  return lines.join('\n');
}

/** The first signal to stop. A terminal and npm may both send the same one, so that more of them mean nothing. */
function signal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve).on('SIGINT', resolve);
  });
}
