import { setTimeout as pause } from 'node:timers/promises';
import { observed } from '../machine.ts';
import { onRedis } from '../raw.ts';
import type { Holdings } from '../reliability/app.ts';
import { type Contestant, nameOf, RECOMMENDED } from '../reliability/contestants.ts';
import { FAULTS, startWay, type Way } from '../reliability/faults.ts';
import { APP } from '../reliability/measure.ts';
import { PACKAGES } from '../reliability/reliability.ts';
import { Visitors } from '../reliability/visitors.ts';
import { ServerProcess } from '../server-process.ts';
import type { Effort, Page, Progress } from '../workloads.ts';
import { page } from './page.ts';

/** How often a visitor comes. */
export const EVERY_MS = 10;

export interface SoakEffort {
  minutes: number;
  /** How long it is quiet, at the start and at the end, for what is measured there, and between two faults. */
  quietMs: number;
  faultMs: number;
}

/** What an application holds, and how quick it is. */
export interface Sample extends Holdings {
  /** Connections to the Redis, that of the bench not among them. */
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

/** Visitors come all the time, and faults now and then, to an application on each client. */
export async function runSoak({ smoke, minutes = 30 }: Effort, progress: Progress): Promise<Page> {
  const effort = smoke
    ? { minutes: 0.08, quietMs: 1000, faultMs: 200 }
    : { minutes, quietMs: 20_000, faultMs: 5000 };
  progress(`soak: ${effort.minutes} minutes`);
  return onRedis(async ({ raw }) => {
    const soakAll = async () => ({
      results: await Promise.all(RECOMMENDED.map((contestant) => soak(contestant, effort))),
    });
    return { text: page(await observed(raw, soakAll, PACKAGES), effort) };
  });
}

async function soak(contestant: Contestant, effort: SoakEffort): Promise<SoakResult> {
  await using way = await startWay();
  const name = nameOf(contestant);
  const [app, url] = await ServerProcess.start<string, Holdings>(APP, name, way.proxy.url);
  const end = new AbortController();
  try {
    const visitors = await Visitors.begin(url);
    const visits = visitors.visit(EVERY_MS, end.signal);
    const over = performance.now() + effort.minutes * 60_000;
    // What is made once is there afterwards.
    await pause(effort.quietMs);
    const start = await sample(app, way, visitors, effort.quietMs);
    let faults = 0;
    for (; performance.now() < over - 2 * effort.quietMs; faults++) {
      const fault = FAULTS[faults % FAULTS.length];
      await fault?.begin(way);
      await pause(effort.faultMs);
      await fault?.end?.(way);
      await pause(effort.quietMs);
    }
    const last = await sample(app, way, visitors, effort.quietMs);
    end.abort();
    await visits;
    return { contestant, start, end: last, requests: visitors.requests.length, faults };
  } finally {
    end.abort();
    await app.stop();
  }
}

/** Looks at the requests of a while, and then at what the application holds. */
async function sample(
  app: ServerProcess<string, Holdings>,
  { server }: Way,
  { requests }: Visitors,
  quietMs: number,
): Promise<Sample> {
  const before = requests.length;
  await pause(quietMs);
  const waits = requests
    .slice(before)
    .flatMap(({ began, ended }) => (ended === undefined ? [] : [ended - began]));
  const clients = String(await server.connection.client('LIST'))
    .trim()
    .split('\n');
  return {
    ...(await app.usage()),
    connections: clients.length - 1,
    waits: waits.toSorted((one, other) => one - other),
  };
}
