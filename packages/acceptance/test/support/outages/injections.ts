import { setTimeout as pause } from 'node:timers/promises';
import type { ProxiedConnection, RedisProxy } from '@holdfast/test-servers';
import type { Random } from './random.ts';

/** A fault to inject. Everything random about it is chosen beforehand, so that the same seed brings the same faults. */
export interface Injection {
  name: string;
  isForAll: boolean;
  /** Which connection is affected if it is only one, from 0 to 1. */
  which: number;
  /** After how many bytes of a reply or request a reset comes, or the size of its pieces. */
  bytes: number;
  delayMs: number;
  /** How long it lasts, if it ends. */
  lastsMs: number;
  /** How long until the next fault. */
  pauseMs: number;
}

const FAULTS: Record<string, (connection: ProxiedConnection, injection: Injection) => void> = {
  cut: (connection) => connection.cut(),
  reset: (connection) => connection.reset(),
  'half open': (connection) => connection.halfOpen(),
  'reset in the middle of a reply': ({ replies }, { bytes }) => replies.resetAfter(bytes),
  'reset in the middle of a request': ({ requests }, { bytes }) => requests.resetAfter(bytes),
  'replies in pieces': ({ replies }, { bytes }) => replies.trickle(1 + (bytes % 8)),
  'requests in pieces': ({ requests }, { bytes }) => requests.trickle(1 + (bytes % 8)),

  frozen(connection, { lastsMs }) {
    connection.freeze();
    setTimeout(() => connection.thaw(), lastsMs);
  },

  'late replies'({ replies }, { delayMs, lastsMs }) {
    replies.delay(delayMs);
    setTimeout(() => replies.delay(0), lastsMs);
  },

  // If the client gives up before, they arrive after what it sends on its next connection.
  'late requests'({ requests }, { delayMs, lastsMs }) {
    requests.delay(delayMs);
    setTimeout(() => requests.delay(0), lastsMs);
  },
};

/** Cuts every connection and refuses new ones for a while. */
const REFUSED = 'refused';

export function injections(count: number, random: Random): Injection[] {
  return Array.from({ length: count }, () => ({
    name: random.oneOf([...Object.keys(FAULTS), REFUSED]),
    isForAll: random.whole(0, 10) === 0,
    which: random.between(0, 1),
    bytes: random.whole(1, 200),
    delayMs: random.whole(10, 400),
    lastsMs: random.whole(10, 400),
    pauseMs: random.whole(10, 30),
  }));
}

/** Makes a fault happen. */
export async function inject(proxy: RedisProxy, injection: Injection): Promise<void> {
  if (injection.name === REFUSED) {
    await proxy.cut();
    await pause(injection.lastsMs / 4);
    await proxy.restore();
  }
  const connections = proxy.connections();
  const first = Math.floor(injection.which * connections.length);
  const affected = injection.isForAll ? connections : connections.slice(first, first + 1);
  for (const connection of affected) FAULTS[injection.name]?.(connection, injection);
  await pause(injection.pauseMs);
}
