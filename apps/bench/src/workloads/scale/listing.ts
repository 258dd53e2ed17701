import { type Comparison, compare } from '../../measuring/rounds.ts';
import { millisecondsOf } from '../../measuring/stopwatch.ts';
import { fill } from '../../redis/fill.ts';
import type { Raw } from '../../redis/servers.ts';
import type { ComparedStore } from '../../stores/compared-stores.ts';
import { READS, requireAll, TEXT } from './calls.ts';

/** How many sessions there are, and how many other keys. */
export interface Keyspace {
  sessions: number;
  others: number;
}

/** Milliseconds. */
export interface ListingResult extends Keyspace, Comparison {
  call: string;
}

/** Measures the calls that concern all sessions. Deletes the sessions at the end. */
export async function measureListing(
  subject: ComparedStore,
  baseline: ComparedStore,
  raw: Raw,
  keyspace: Keyspace,
  rounds: number,
): Promise<ListingResult[]> {
  const { sessions } = keyspace;
  const results: ListingResult[] = [];
  const measure = async (call: string, turn: (of: ComparedStore) => Promise<number>) => {
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
