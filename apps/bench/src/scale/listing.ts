import { sessionOf } from '../payload.ts';
import type { Raw } from '../raw.ts';
import { type Comparison, compare } from '../rounds.ts';
import type { Subject } from '../subjects.ts';
import { READS, requireAll } from './calls.ts';
import { fill } from './keys.ts';
import { millisecondsOf } from './stopwatch.ts';

/** How many sessions there are, and how many keys that are none. */
export interface Keyspace {
  sessions: number;
  others: number;
}

/** Milliseconds. */
export interface ListingResult extends Keyspace, Comparison {
  call: string;
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
  const results: ListingResult[] = [];
  const measure = async (call: string, turn: (of: Subject) => Promise<number>) => {
    results.push({ ...keyspace, call, ...(await compare(subject, baseline, rounds, turn)) });
  };
  await fill(raw, 'sess:', sessions, TEXT);
  for (const [call, read] of Object.entries(READS)) {
    await measure(call, ({ store }) =>
      millisecondsOf(async () => requireAll(await read(store), sessions)),
    );
  }
  await measure('clear', async ({ store }) => {
    await fill(raw, 'sess:', sessions, TEXT);
    return millisecondsOf(() => store.clear());
  });
  return results;
}
