import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { commandsDuring, sentOf } from '../commands.ts';
import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { create, read } from '../requests.ts';
import { interleave, ratios, type Spread, spreadOf } from '../rounds.ts';
import type { Progress } from '../workloads.ts';
import { MIXES, type Mix, request } from './mixes.ts';
import { openCached, openUncached, type Reader } from './readers.ts';
import { zipf } from './zipf.ts';

export interface HitsEffort {
  rounds: number;
  /** How long a reader runs in a round. */
  seconds: number;
  sessions: number;
  /** Of the sessions, in bytes. */
  sizes: readonly number[];
  /** How many replies the cache holds at most. */
  entries: readonly number[];
}

/** What a reader came to, in a round or in all of them. */
interface Figures<Figure = Spread> {
  perSecond: Figure;
  commandsPerRequest: Figure;
  /** For how many of a hundred requests the cache had the session. */
  hitPercent: Figure;
}

/** A mix of requests, this many at once. */
interface MixCase {
  mix: Mix;
  concurrency: number;
}

/** What it came to, without a cache and with one. */
interface MixResult extends MixCase {
  uncached: Figures;
  cached: Figures;
  /** Requests per second with the cache, in multiples of those without. */
  ratio: Spread;
}

/** The same for sessions of this size and a cache that holds so many. */
export interface HitsResult extends MixResult {
  bytes: number;
  entries: number;
}

/** A reader with the sessions that it is asked for, over and over, and how often it was. */
interface Visited extends Reader {
  visits: readonly string[];
  requests: number;
}

/** How many requests are served at once. */
const CONCURRENCY = [1, 64];

/** More than there are in a round, so that no cache is helped by a repetition. */
const VISITS = 200_000;

/** How many sessions are stored or read at once when they are made ready. */
const BATCH = 1000;

/** Measures requests for sessions that are drawn by Zipf's law. Each reader has sessions of its own. */
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
    await fill(uncached, ids, bytes);
    const prefix = newPrefix();
    for (const entries of effort.entries) {
      progress(`hits: ${bytes} bytes, a cache of ${entries}`);
      const cached = await openCached(url, prefix, entries);
      await fill(cached, ids, bytes);
      const readers = [uncached, cached].map((reader) => ({ ...reader, visits, requests: 0 }));
      for (const mix of MIXES) {
        if (!mix.isTouchDue) await inBatches(ids.slice(0, entries), (id) => read(cached.store, id));
        for (const result of await measureMix(readers, mix, raw, effort)) {
          results.push({ bytes, entries, ...result });
        }
      }
      await cached.close();
    }
    await empty(uncached);
    await empty(await openUncached(url, prefix));
  }
  return results;
}

function newPrefix(): string {
  return `bench-${randomUUID()}:`;
}

/** The sessions that are visited most are stored last, so that of them it is known best when they were written. */
async function fill({ store }: Reader, ids: readonly string[], bytes: number): Promise<void> {
  const session = sessionOf(bytes);
  await inBatches(ids, (id) => create(store, id, session));
}

async function empty({ store, close }: Reader): Promise<void> {
  await store.clear();
  await close();
}

/** From the last to the first. */
async function inBatches(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  const waiting = [...ids];
  while (waiting.length > 0) await Promise.all(waiting.splice(-BATCH).toReversed().map(work));
}

/** @param readers without a cache and with one. */
async function measureMix(
  readers: Visited[],
  mix: Mix,
  raw: Raw,
  { rounds, seconds }: HitsEffort,
): Promise<MixResult[]> {
  const results: MixResult[] = [];
  for (const concurrency of CONCURRENCY) {
    const measured = await interleave(readers, rounds, (reader) =>
      serve(reader, { mix, concurrency }, raw, seconds),
    );
    const [without = [], withCache = []] = measured.values();
    const ratio = spreadOf(ratios(withCache.map(perSecond), without.map(perSecond)));
    const figures = { uncached: figuresOf(without), cached: figuresOf(withCache), ratio };
    results.push({ mix, concurrency, ...figures });
  }
  return results;
}

/** Serves requests for so long, each of those at once the next one when the last is served. */
async function serve(
  reader: Visited,
  { mix, concurrency }: MixCase,
  raw: Raw,
  seconds: number,
): Promise<Figures<number>> {
  const store = mix.isTouchDue ? reader.touching : reader.store;
  const before = { requests: reader.requests, hits: reader.hits() };
  const start = performance.now();
  let end = Number.NaN;
  const commands = await commandsDuring(raw, async () => {
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (performance.now() < start + seconds * 1000) {
          // As requests come over sockets, what Redis has to tell is heard between them.
          await setImmediate();
          reader.requests += 1;
          const id = String(reader.visits[reader.requests % VISITS]);
          await request(store, id, reader.requests, mix);
        }
      }),
    );
    end = performance.now();
  });
  const requests = reader.requests - before.requests;
  return {
    perSecond: (requests * 1000) / (end - start),
    commandsPerRequest: sentOf(commands) / requests,
    hitPercent: (100 * (reader.hits() - before.hits)) / requests,
  };
}

function perSecond(figures: Figures<number>): number {
  return figures.perSecond;
}

function figuresOf(turns: Figures<number>[]): Figures {
  const figure = (name: keyof Figures) => spreadOf(turns.map((each) => each[name]));
  return {
    perSecond: figure('perSecond'),
    commandsPerRequest: figure('commandsPerRequest'),
    hitPercent: figure('hitPercent'),
  };
}
