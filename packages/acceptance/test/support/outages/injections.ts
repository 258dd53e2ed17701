import { setTimeout as pause } from 'node:timers/promises';
import type { ProxiedConnection, RedisProxy } from '@holdfast/test-servers';
import type { Random } from './random.ts';

/** A fault that is to come. All that is random about it is known before, so that it is the same for the same seed. */
export interface Strike {
  name: string;
  isForAll: boolean;
  /** Which of the connections is struck, where it is one, from 0 to 1. */
  which: number;
  /** How far into a reply or request a reset comes, and in pieces of how much it passes. */
  bytes: number;
  delayMs: number;
  /** How long it lasts, where it ends. */
  lastsMs: number;
  /** How long until the next. */
  pauseMs: number;
}

const FAULTS: Record<string, (connection: ProxiedConnection, strike: Strike) => void> = {
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

  // Those of a client that has given up meanwhile come after what it has sent on its next connection.
  'late requests'({ requests }, { delayMs, lastsMs }) {
    requests.delay(delayMs);
    setTimeout(() => requests.delay(0), lastsMs);
  },
};

/** Strikes all connections, always, and keeps new ones out for a while. */
const REFUSED = 'refused';

export function strikes(count: number, random: Random): Strike[] {
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

/** Lets a fault happen. */
export async function befall(proxy: RedisProxy, strike: Strike): Promise<void> {
  if (strike.name === REFUSED) {
    await proxy.cut();
    await pause(strike.lastsMs / 4);
    await proxy.restore();
  }
  const connections = proxy.connections();
  const first = Math.floor(strike.which * connections.length);
  const struck = strike.isForAll ? connections : connections.slice(first, first + 1);
  for (const connection of struck) FAULTS[strike.name]?.(connection, strike);
  await pause(strike.pauseMs);
}
