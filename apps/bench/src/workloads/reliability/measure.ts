import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Contestant } from '../../outages/contestants.ts';
import type { Fault } from '../../outages/faults.ts';
import { startRedisBehindProxy } from '../../outages/redis-behind-proxy.ts';
import { withVisitedApp } from '../../outages/visited-app.ts';
import { GOOD, type Request } from '../../outages/visitors.ts';
import type { Progress } from '../workload.ts';

/** A request that takes longer counts as one that does not work. */
export const QUICK_MS = 1000;

export interface ReliabilityEffort {
  /** How long everything works before the fault. */
  beforeMs: number;
  /** How long the fault lasts, if it has an end. */
  faultMs: number;
  /** How often a visitor comes. */
  everyMs: number;
  /** How long all requests must have worked until the application counts as recovered. */
  settledMs: number;
  /** How long to wait for that after the fault. */
  patienceMs: number;
  faults: readonly Fault[];
  contestants: readonly Contestant[];
}

export interface ReliabilityResult {
  fault: Fault;
  contestant: Contestant;
  /** The longest that a visitor waited. */
  longestWaitMs: number;
  /** How often each answer came, until everything worked again. */
  answers: Map<string, number>;
  /** From the end of the fault; undefined if the application did not recover. */
  recoveredMs: number | undefined;
  acknowledged: number;
  /** Acknowledged writes that are not in Redis in the end. */
  lost: number;
  hasDied: boolean;
}

export interface Results {
  results: ReliabilityResult[];
}

export async function measureAll(effort: ReliabilityEffort, progress: Progress): Promise<Results> {
  const results: ReliabilityResult[] = [];
  for (const fault of effort.faults) {
    progress(`reliability: ${fault.name}`);
    const measured = effort.contestants.map((contestant) => measure(fault, contestant, effort));
    results.push(...(await Promise.all(measured)));
  }
  return { results };
}

/** Injects a fault while visitors use an application, and returns what they see. */
async function measure(
  fault: Fault,
  contestant: Contestant,
  { beforeMs, faultMs, everyMs, settledMs, patienceMs }: ReliabilityEffort,
): Promise<ReliabilityResult> {
  await using redis = await startRedisBehindProxy();
  return await withVisitedApp(contestant, fault.url(redis), everyMs, async (app) => {
    const { requests } = app.visitors;
    await pause(beforeMs);
    // On a busy machine, the application may not have answered yet.
    await app.visitors.goodWrite(patienceMs);
    const began = performance.now();
    await fault.begin(redis);
    if (fault.end !== undefined) {
      await pause(faultMs);
      await fault.end(redis);
    }
    const ended = performance.now();
    const mayRecover = () => performance.now() < ended + patienceMs && !app.process.hasEnded;
    const worksSince = await recovery(requests, ended, settledMs, mayRecover);
    await app.close();

    const until = worksSince ?? performance.now();
    const affected = requests.filter((each) => each.began >= began && each.began < until);
    const waits = affected.map((request) => (request.ended ?? until) - request.began);
    const acknowledged = requests.flatMap(({ marker, answer }) =>
      marker !== undefined && answer === GOOD ? [marker] : [],
    );
    const stored = await storedMarkers(redis.server.connection);
    return {
      fault,
      contestant,
      longestWaitMs: Math.max(0, ...waits),
      answers: countAnswers(affected),
      recoveredMs: worksSince === undefined ? undefined : Math.max(0, worksSince - ended),
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((marker) => !stored.has(marker)).length,
      hasDied: app.process.hasEnded,
    };
  });
}

/** @returns since when the application answered every request well and quickly. */
async function recovery(
  requests: readonly Request[],
  ended: number,
  settledMs: number,
  mayRecover: () => boolean,
): Promise<number | undefined> {
  while (mayRecover()) {
    const now = performance.now();
    const first = requests[requests.findLastIndex((request) => isBad(request, now)) + 1];
    if (first !== undefined && now - Math.max(first.began, ended) > settledMs) return first.began;
    await pause(20);
  }
  return undefined;
}

function isBad({ began, ended, answer }: Request, now: number): boolean {
  return (ended ?? now) - began > QUICK_MS || (ended !== undefined && answer !== GOOD);
}

function countAnswers(requests: readonly Request[]): Map<string, number> {
  const answers = new Map<string, number>();
  for (const { answer = 'waiting' } of requests)
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  return answers;
}

/** Reads what the visitors wrote from their stored sessions. */
async function storedMarkers(connection: Redis): Promise<Set<string>> {
  const keys = await connection.keys('sess:*');
  const texts = await connection.mget(keys);
  return new Set(texts.flatMap((text) => Object.keys(JSON.parse(text ?? '{}'))));
}
