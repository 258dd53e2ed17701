import type { Options } from './options.ts';
import { withoutSecrets } from './redis-url.ts';
import type { Settings } from './settings.ts';

/** Returns what the app prints once it serves. */
export function greeting(port: number, options: Options, settings: Settings): string {
  const lines = [
    `The shop is open at http://localhost:${port}`,
    ...whereSessionsAreStored(settings),
  ];
  if (settings.workers > 1) lines.push(`${settings.workers} processes serve it.`);
  if (options.secret === undefined) {
    lines.push(
      'Warning: SESSION_SECRET is not set. The app uses a random one, so a restart signs everyone out.',
    );
  }
  return lines.join('\n');
}

function whereSessionsAreStored({ client, redisUrl, redisPid }: Settings): string[] {
  if (client === 'redis-mock') {
    return [
      'It stores its sessions in redis-mock, in the memory of this process. They end with it. To use a real Redis:',
      '  npm start -- --redis',
      '  HOLDFAST_CLIENT=node-redis REDIS_URL=redis://localhost:6379 npm start',
      '  HOLDFAST_CLIENT=ioredis REDIS_URL=redis://localhost:6379 npm start',
    ];
  }
  const where = `It stores its sessions in Redis at ${withoutSecrets(redisUrl)}, through ${client}.`;
  const own = 'The shop started this Redis. It ends with the shop, and so do the sessions.';
  return redisPid === undefined ? [where] : [where, own];
}
