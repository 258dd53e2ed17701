import type { OutageLog } from '../outage-log.ts';
import { reason } from '../reason.ts';
import { type Connection, connect } from '../session-store.ts';
import { within } from '../time-limit.ts';
import { CannotStart } from './cannot-start.ts';
import { withoutSecrets } from './redis-url.ts';
import type { Settings } from './settings.ts';

const LIMIT_MS = 5000;

/**
 * Connects to Redis. A client left to itself would try for ever; here its first error counts, so that whoever
 * starts the app learns at once that Redis is not there.
 * @param outages told of what happens to the connection once it stands.
 * @throws CannotStart
 */
export async function reachRedis(settings: Settings, outages: OutageLog): Promise<Connection> {
  let onError: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    onError = reject;
  });
  const connecting = connect[settings.client](settings.redisUrl, {
    error: (error) => onError(error),
    ready: () => outages.end(),
  });
  try {
    const connection = await within(LIMIT_MS, Promise.race([failed, connecting]));
    onError = (error) => outages.begin(error);
    return connection;
  } catch (error) {
    throw new CannotStart(
      `Cannot reach Redis at ${withoutSecrets(settings.redisUrl)} through ${settings.client}: ${reason(error)}. ` +
        'Start a Redis there, set REDIS_URL to another one, or set HOLDFAST_CLIENT=redis-mock to do without.',
    );
  }
}
