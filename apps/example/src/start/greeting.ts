import type { Options } from './options.ts';
import { withoutSecrets } from './redis-url.ts';
import type { Settings } from './settings.ts';

/** What the app prints when it serves. */
export function greeting(port: number, options: Options, settings: Settings): string {
  const lines = [`The shop is open at http://localhost:${port}`, ...whereSessionsAre(settings)];
  if (settings.workers > 1) lines.push(`${settings.workers} processes serve it.`);
  if (options.secret === undefined) {
    lines.push(
      'Warning: SESSION_SECRET is not set, so a random one is used, and a restart signs everybody out.',
    );
  }
  return lines.join('\n');
}

function whereSessionsAre({ client, redisUrl, redisPid }: Settings): string[] {
  if (client === 'redis-mock') {
    return [
      'Its sessions are in redis-mock, in the memory of this process, and end with it. For a real Redis:',
      '  npm start -- --redis',
      '  HOLDFAST_CLIENT=node-redis REDIS_URL=redis://localhost:6379 npm start',
      '  HOLDFAST_CLIENT=ioredis REDIS_URL=redis://localhost:6379 npm start',
    ];
  }
  const where = `Its sessions are in Redis at ${withoutSecrets(redisUrl)}, through ${client}.`;
  const own = 'That Redis was started for them, and ends with the shop, and they with it.';
  return redisPid === undefined ? [where] : [where, own];
}
