import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { interleave, ratios, type Spread, spreadOf } from '../rounds.ts';
import type { Subject } from '../subjects.ts';
import { READS, requireAll } from './calls.ts';
import { fill } from './keys.ts';

/** How many sessions there are, and how many keys that are none. */
export interface Keyspace {
  sessions: number;
  others: number;
}

export interface ListingResult extends Keyspace {
  call: string;
  /** Milliseconds. */
  subject: Spread;
  baseline: Spread;
  /** The subject's time in multiples of the baseline's, round by round. */
  ratio: Spread;
}

const TEXT = JSON.stringify(sessionOf(500));

/** Measures the calls that concern all sessions, and leaves none of the sessions behind. */
export async function measureListing(
  subject: Subject,
  baseline: Subject,
  raw: Raw,
  keyspace: Keyspace,
  rounds: number,
): Promise<ListingResult[]> {
  const { sessions } = keyspace;
  const compare = async (call: string, measure: (of: Subject) => Promise<number>) => {
    const times = await interleave([subject, baseline], rounds, measure);
    const mine = times.get(subject) ?? [];
    const others = times.get(baseline) ?? [];
    const ratio = spreadOf(ratios(mine, others));
    return { ...keyspace, call, subject: spreadOf(mine), baseline: spreadOf(others), ratio };
  };
  await fill(raw, 'sess:', sessions, TEXT);
  const results: ListingResult[] = [];
  for (const [call, read] of Object.entries(READS)) {
    const measured = compare(call, ({ store }) =>
      millisecondsOf(async () => requireAll(await read(store), sessions)),
    );
    results.push(await measured);
  }
  const cleared = compare('clear', async ({ store }) => {
    await fill(raw, 'sess:', sessions, TEXT);
    return millisecondsOf(() => store.clear());
  });
  return [...results, await cleared];
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
