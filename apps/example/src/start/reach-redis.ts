import { OutageLog } from '../outage-log.ts';
import { reason } from '../reason.ts';
import { type Connection, connect } from '../session-store.ts';
import { withTimeout } from '../with-timeout.ts';
import { withoutSecrets } from './redis-url.ts';
import type { Settings } from './settings.ts';
import { StartupError } from './startup-error.ts';

const TIMEOUT_MS = 5000;

/**
 * Connects to Redis. By themselves, clients retry forever. Here the first error counts, so the person who starts the app
 * sees at once that Redis is not there.
 * @throws StartupError
 */
export async function reachRedis(settings: Settings): Promise<Connection & { outages: OutageLog }> {
  let onError: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    onError = reject;
  });
  const connecting = connect[settings.client](settings.redisUrl, (error) => onError(error));
  try {
    const connection = await withTimeout(TIMEOUT_MS, Promise.race([failed, connecting]));
    const outages = new OutageLog(connection.redis);
    onError = (error) => outages.begin(error);
    return { ...connection, outages };
  } catch (error) {
    throw new StartupError(
      `Cannot reach Redis at ${withoutSecrets(settings.redisUrl)} through ${settings.client}: ${reason(error)}. ${adviceFor(error)}`,
    );
  }
}

function adviceFor(error: unknown): string {
  return /^(?:WRONGPASS|NOAUTH) |invalid password/.test(reason(error))
    ? 'Redis is there, but refuses the user or the password. Put the right ones into REDIS_URL, as in redis://user:password@host:6379.'
    : 'Start a Redis there, set REDIS_URL to another one, or set HOLDFAST_CLIENT=redis-mock to use none.';
}
