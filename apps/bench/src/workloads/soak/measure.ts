import { setTimeout as pause } from 'node:timers/promises';
import type { Holdings } from '../../outages/app.ts';
import { type Contestant, RECOMMENDED } from '../../outages/contestants.ts';
import { FAULTS } from '../../outages/faults.ts';
import { type RedisBehindProxy, startRedisBehindProxy } from '../../outages/redis-behind-proxy.ts';
import { type VisitedApp, withVisitedApp } from '../../outages/visited-app.ts';

export interface SoakEffort {
  minutes: number;
  /** How long no fault is active: for the samples at the start and at the end, and between two faults. */
  quietMs: number;
  faultMs: number;
  /** How often a visitor comes. */
  everyMs: number;
}

/** What an application holds, and how fast it answers. */
export interface Sample extends Holdings {
  /** Connections to Redis, except that of the bench. */
  connections: number;
  /** How long requests took, in ascending order. */
  waits: number[];
}

export interface SoakResult {
  contestant: Contestant;
  start: Sample;
  end: Sample;
  requests: number;
  faults: number;
}

export interface Results {
  results: SoakResult[];
}

/** How long to wait for recovery before the last sample. An application that stays broken shows in the sample. */
const RECOVERY_MS = 30_000;

export async function measureAll(effort: SoakEffort): Promise<Results> {
  return { results: await Promise.all(RECOMMENDED.map((each) => measure(each, effort))) };
}

async function measure(contestant: Contestant, effort: SoakEffort): Promise<SoakResult> {
  const { minutes, quietMs, faultMs, everyMs } = effort;
  await using redis = await startRedisBehindProxy();
  return await withVisitedApp(contestant, redis.proxy.url, everyMs, async (app) => {
    const over = performance.now() + minutes * 60_000;
    // The application allocates some things once. The first sample includes them.
    await pause(quietMs);
    const start = await sample(app, redis, quietMs);
    let faults = 0;
    do {
      const fault = FAULTS[faults % FAULTS.length];
      await fault?.begin(redis);
      await pause(faultMs);
      await fault?.end?.(redis);
      await pause(quietMs);
      faults += 1;
    } while (performance.now() < over - 2 * quietMs);
    await app.visitors.goodWrite(RECOVERY_MS);
    const end = await sample(app, redis, quietMs);
    await app.close();
    return { contestant, start, end, requests: app.visitors.requests.length, faults };
  });
}

/** Times the requests of a quiet phase, and then looks at what the application holds. */
async function sample(
  { process, visitors: { requests } }: VisitedApp,
  { server }: RedisBehindProxy,
  quietMs: number,
): Promise<Sample> {
  const from = requests.length;
  let waits: number[];
  do {
    await pause(quietMs);
    waits = requests
      .slice(from)
      .flatMap(({ began, ended }) => (ended === undefined ? [] : [ended - began]));
    // On a busy machine, no request may have ended yet.
  } while (waits.length === 0);
  const clients = String(await server.connection.client('LIST'))
    .trim()
    .split('\n');
  return {
    ...(await process.ask()),
    connections: clients.length - 1,
    waits: waits.toSorted((one, other) => one - other),
  };
}
