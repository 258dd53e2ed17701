import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { commandsDuring, sentOf } from '../../measuring/commands.ts';
import { repeatFor } from '../../measuring/repeat.ts';
import { interleave } from '../../measuring/rounds.ts';
import { ratios, type Spread, spreadOf } from '../../measuring/spread.ts';
import type { Raw } from '../../redis/servers.ts';
import { AT_ONCE } from '../../stores/measure-operations.ts';
import { create, read } from '../../stores/requests.ts';
import { sessionOf } from '../../stores/session-data.ts';
import type { Progress } from '../workload.ts';
import { MIXES, type Mix, request } from './mixes.ts';
import { newPrefix, openCached, openUncached, type Subject } from './subjects.ts';
import { zipf } from './zipf.ts';

export interface HitsEffort {
  rounds: number;
  /** How long a subject runs in a round. */
  seconds: number;
  sessions: number;
  /** Sizes of the sessions in bytes. */
  sizes: readonly number[];
  /** How many replies the cache holds at most. */
  entries: readonly number[];
}

/** The results of a subject, of one round or of all rounds. */
interface Figures<Figure = Spread> {
  perSecond: Figure;
  commandsPerRequest: Figure;
  /** The percentage of requests whose session was in the cache. */
  hitPercent: Figure;
}

/** A mix of requests, several at the same time. */
interface MixCase {
  mix: Mix;
  concurrency: number;
}

interface MixResult extends MixCase {
  uncached: Figures;
  cached: Figures;
  /** Requests per second with the cache divided by those without. */
  ratio: Spread;
}

export interface HitsResult extends MixResult {
  /** The size of the sessions. */
  bytes: number;
  /** How many replies the cache holds at most. */
  entries: number;
}

/** A subject with the ids that its requests ask for, in this order, and the count of its requests so far. */
interface VisitedSubject extends Subject {
  visits: readonly string[];
  requests: number;
}

const CONCURRENCIES = [1, AT_ONCE];

/** More than a round has requests, so that no repetition of the ids helps the cache. */
const VISITS = 200_000;

/** How many sessions are prepared at the same time. */
const BATCH = 1000;

/** Measures requests for sessions that Zipf's law draws. Each subject has its own sessions. */
export async function measureHits(
  url: string,
  raw: Raw,
  effort: HitsEffort,
  progress: Progress,
): Promise<HitsResult[]> {
  const ids = Array.from({ length: effort.sessions }, () => randomUUID());
  const draw = zipf(ids.length);
  const visits = Array.from({ length: VISITS }, () => String(ids[draw()]));
  const results: HitsResult[] = [];
  for (const bytes of effort.sizes) {
    const uncached = await openUncached(url, newPrefix());
    await storeAll(uncached, ids, bytes);
    const prefix = newPrefix();
    for (const entries of effort.entries) {
      progress(`hits: ${bytes} bytes, a cache of ${entries}`);
      const cached = await openCached(url, prefix, entries);
      await storeAll(cached, ids, bytes);
      const subjects = [uncached, cached].map((each) => ({ ...each, visits, requests: 0 }));
      for (const mix of MIXES) {
        if (!mix.isTouchDue) await inBatches(ids.slice(0, entries), (id) => read(cached.store, id));
        for (const result of await measureMix(subjects, mix, raw, effort)) {
          results.push({ bytes, entries, ...result });
        }
      }
      await cached.close();
    }
    await clearAndClose(uncached);
    await clearAndClose(await openUncached(url, prefix));
  }
  return results;
}

/** Stores the most visited sessions last, because a store remembers when it wrote the latest ones. */
async function storeAll({ store }: Subject, ids: readonly string[], bytes: number): Promise<void> {
  const session = sessionOf(bytes);
  await inBatches(ids, (id) => create(store, id, session));
}

async function clearAndClose({ store, close }: Subject): Promise<void> {
  await store.clear();
  await close();
}

/** Works from the last id to the first. */
async function inBatches(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  const waiting = [...ids];
  while (waiting.length > 0) await Promise.all(waiting.splice(-BATCH).toReversed().map(work));
}

/** @param subjects without a cache and with one. */
async function measureMix(
  subjects: VisitedSubject[],
  mix: Mix,
  raw: Raw,
  { rounds, seconds }: HitsEffort,
): Promise<MixResult[]> {
  const results: MixResult[] = [];
  for (const concurrency of CONCURRENCIES) {
    const measured = await interleave(subjects, rounds, (subject) =>
      serve(subject, { mix, concurrency }, raw, seconds),
    );
    const [without = [], withCache = []] = measured.values();
    const ratio = spreadOf(ratios(withCache.map(perSecond), without.map(perSecond)));
    const figures = { uncached: figuresOf(without), cached: figuresOf(withCache), ratio };
    results.push({ mix, concurrency, ...figures });
  }
  return results;
}

/** Serves requests until the time is over. Each of those at the same time starts the next one when it ends. */
async function serve(
  subject: VisitedSubject,
  { mix, concurrency }: MixCase,
  raw: Raw,
  seconds: number,
): Promise<Figures<number>> {
  const store = mix.isTouchDue ? subject.touching : subject.store;
  const hitsBefore = subject.hits();
  const step = async () => {
    // Lets the client handle notices from Redis between two requests, as it does when requests come over sockets.
    await setImmediate();
    subject.requests += 1;
    const id = String(subject.visits[subject.requests % VISITS]);
    await request(store, id, subject.requests, mix);
  };
  let timed = { done: 0, seconds: Number.NaN };
  const commands = await commandsDuring(raw, async () => {
    timed = await repeatFor(
      seconds,
      Array.from({ length: concurrency }, () => step),
    );
  });
  return {
    perSecond: timed.done / timed.seconds,
    commandsPerRequest: sentOf(commands) / timed.done,
    hitPercent: (100 * (subject.hits() - hitsBefore)) / timed.done,
  };
}

function perSecond(figures: Figures<number>): number {
  return figures.perSecond;
}

function figuresOf(rounds: Figures<number>[]): Figures {
  const figure = (name: keyof Figures) => spreadOf(rounds.map((each) => each[name]));
  return {
    perSecond: figure('perSecond'),
    commandsPerRequest: figure('commandsPerRequest'),
    hitPercent: figure('hitPercent'),
  };
}
