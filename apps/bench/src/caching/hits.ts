import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { commandsDuring, sentOf } from '../commands.ts';
import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { create, read } from '../requests.ts';
import { interleave, ratios, type Spread, spreadOf } from '../rounds.ts';
import type { Progress } from '../workloads.ts';
import { MIXES, type Mix, request } from './mixes.ts';
import { type CacheStats, openCached, openUncached, type Reader } from './readers.ts';
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
export interface Figures<Figure = Spread> {
  perSecond: Figure;
  commandsPerRequest: Figure;
  /** How many of a hundred reads the cache answered. */
  hitPercent: Figure;
}

/** Requests without a cache and with one. */
export interface HitsResult {
  mix: Mix;
  bytes: number;
  entries: number;
  uncached: Figures;
  cached: Figures;
  /** Requests per second with the cache, in multiples of those without. */
  ratio: Spread;
}

/** Whose sessions, in the order in which requests come. */
type Visits = readonly string[];

interface Client extends Reader {
  /** How many requests it has had. */
  served: number;
}

export const AT_ONCE = 64;

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
    const uncached = await openUncached(url, prefix());
    await fill(uncached, ids, bytes);
    for (const entries of effort.entries) {
      const cached = await openCached(url, prefix(), entries);
      await fill(cached, ids, bytes);
      await inBatches(ids.slice(0, entries), (id) => read(cached.store, id));
      const pair = [uncached, cached].map((reader) => ({ ...reader, served: 0 }));
      for (const mix of MIXES) {
        progress(`hits: ${mix.name}, ${bytes} bytes, a cache of ${entries}`);
        const turns = await interleave(pair, effort.rounds, (client) =>
          turn(client, mix, visits, raw, effort.seconds),
        );
        const [without = [], withCache = []] = turns.values();
        results.push({ mix, bytes, entries, ...comparison(without, withCache) });
      }
      await empty(cached);
    }
    await empty(uncached);
  }
  return results;
}

function prefix(): string {
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
  for (let end = ids.length; end > 0; end -= BATCH) {
    await Promise.all(
      ids
        .slice(Math.max(end - BATCH, 0), end)
        .toReversed()
        .map(work),
    );
  }
}

async function turn(
  client: Client,
  mix: Mix,
  visits: Visits,
  raw: Raw,
  seconds: number,
): Promise<Figures<number>> {
  const store = mix.isTouchDue ? client.touching : client.store;
  const statsBefore = client.cache?.stats();
  const servedBefore = client.served;
  let perSecond = Number.NaN;
  const commands = await commandsDuring(raw, async () => {
    const start = performance.now();
    const end = start + seconds * 1000;
    const serve = async () => {
      while (performance.now() < end) {
        // As requests come over sockets, what Redis has to tell is heard between them.
        await setImmediate();
        client.served += 1;
        const id = String(visits[client.served % visits.length]);
        await request(store, id, client.served, mix);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, serve));
    perSecond = ((client.served - servedBefore) * 1000) / (performance.now() - start);
  });
  return {
    perSecond,
    commandsPerRequest: sentOf(commands) / (client.served - servedBefore),
    hitPercent: hitPercent(statsBefore, client.cache?.stats()),
  };
}

/** NaN where there is no cache. */
function hitPercent(before?: CacheStats, after?: CacheStats): number {
  return before === undefined || after === undefined
    ? Number.NaN
    : 100 * after.minus(before).hitRate();
}

function comparison(
  uncached: Figures<number>[],
  cached: Figures<number>[],
): Pick<HitsResult, 'uncached' | 'cached' | 'ratio'> {
  const rates = (turns: Figures<number>[]) => turns.map(({ perSecond }) => perSecond);
  const ratio = spreadOf(ratios(rates(cached), rates(uncached)));
  return { uncached: figuresOf(uncached), cached: figuresOf(cached), ratio };
}

function figuresOf(turns: Figures<number>[]): Figures {
  const figure = (name: keyof Figures) => spreadOf(turns.map((each) => each[name]));
  return {
    perSecond: figure('perSecond'),
    commandsPerRequest: figure('commandsPerRequest'),
    hitPercent: figure('hitPercent'),
  };
}
