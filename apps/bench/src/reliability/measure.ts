import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { ServerProcess } from '../server-process.ts';
import type { Holdings } from './app.ts';
import { type Contestant, nameOf } from './contestants.ts';
import { type Fault, startWay } from './faults.ts';
import { GOOD, type Request, Visitors } from './visitors.ts';

export const APP = './reliability/app.js';

/** How often a visitor comes. */
export const EVERY_MS = 50;
/** How long a request may take for all to work. */
export const QUICK_MS = 1000;
/** How long all must have worked to be said to work again, and how long that is waited for. */
const SETTLED_MS = 2000;
export const PATIENCE_MS = 15_000;

export interface ReliabilityEffort {
  /** How long everything works before the fault. */
  beforeMs: number;
  /** How long the fault lasts, where it ends. */
  faultMs: number;
}

export interface ReliabilityResult {
  fault: Fault;
  contestant: Contestant;
  /** The longest that a visitor waited. */
  longestWaitMs: number;
  /** How often each answer came, until all worked again. */
  answers: Map<string, number>;
  /** From the end of the fault; undefined where it did not come to that. */
  recoveredMs: number | undefined;
  acknowledged: number;
  /** Acknowledged writes that are not in Redis in the end. */
  lost: number;
  hasDied: boolean;
}

/** Lets a fault befall an application that has visitors, and looks at what they see. */
export async function measureReliability(
  fault: Fault,
  contestant: Contestant,
  { beforeMs, faultMs }: ReliabilityEffort,
): Promise<ReliabilityResult> {
  await using way = await startWay();
  const name = nameOf(contestant);
  const [app, url] = await ServerProcess.start<string, Holdings>(APP, name, fault.url(way));
  const end = new AbortController();
  try {
    const visitors = await Visitors.begin(url);
    const visits = visitors.visit(EVERY_MS, end.signal);
    await pause(beforeMs);
    const began = performance.now();
    await fault.begin(way);
    if (fault.end !== undefined) {
      await pause(faultMs);
      await fault.end(way);
    }
    const ended = performance.now();
    const worksSince = await recovery(visitors.requests, ended, () => app.hasEnded);
    end.abort();
    await visits;

    const until = worksSince ?? performance.now();
    const struck = visitors.requests.filter(
      (request) => request.began >= began && request.began < until,
    );
    const waits = struck.map((request) => (request.ended ?? until) - request.began);
    const written = await markers(way.server.connection);
    const acknowledged = visitors.requests.filter(
      ({ marker, answer }) => marker !== undefined && answer === GOOD,
    );
    return {
      fault,
      contestant,
      longestWaitMs: Math.max(0, ...waits),
      answers: answersOf(struck),
      recoveredMs: worksSince === undefined ? undefined : Math.max(0, worksSince - ended),
      acknowledged: acknowledged.length,
      lost: acknowledged.filter(({ marker = '' }) => !written.has(marker)).length,
      hasDied: app.hasEnded,
    };
  } finally {
    end.abort();
    await app.stop();
  }
}

/** @returns since when every request was answered well and quickly. */
async function recovery(
  requests: Request[],
  ended: number,
  isInVain: () => boolean,
): Promise<number | undefined> {
  while (performance.now() < ended + PATIENCE_MS && !isInVain()) {
    const now = performance.now();
    const first = requests[requests.findLastIndex((request) => isBad(request, now)) + 1];
    if (first !== undefined && now - Math.max(first.began, ended) > SETTLED_MS) return first.began;
    await pause(20);
  }
  return undefined;
}

function isBad({ began, ended, answer }: Request, now: number): boolean {
  return (ended ?? now) - began > QUICK_MS || (ended !== undefined && answer !== GOOD);
}

function answersOf(requests: Request[]): Map<string, number> {
  const answers = new Map<string, number>();
  for (const { answer = 'waiting' } of requests)
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  return answers;
}

/** What visitors have written, all of which is in their sessions. */
async function markers(connection: Redis): Promise<Set<string>> {
  const keys = await connection.keys('sess:*');
  const texts = await connection.mget(keys);
  return new Set(texts.flatMap((text) => Object.keys(JSON.parse(text ?? '{}'))));
}
