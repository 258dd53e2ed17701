import type { RedisStore } from '@holdfast/core';
import { type Comparison, compare, interleave, type Spread, spreadOf } from '../rounds.ts';
import type { ListingStore, Subject } from '../subjects.ts';
import { requireAll } from './calls.ts';
import type { Keyspace } from './listing.ts';
import { millisecondsOf } from './stopwatch.ts';
import { callsOfHoldfast, callsWithoutIndex, USER_CALLS, type UserCalls } from './user-calls.ts';
import { SESSIONS_EACH, signIn, signInMany } from './users.ts';

/** How many sessions the user has who is asked about when stores are compared, */
export const COMPARED: number = SESSIONS_EACH;
/** and when the question is how the cost grows with them. */
export const GROWTH: readonly number[] = [50, 500];

/** Milliseconds, and how many times as long it takes without an index, which is the subject here. */
export interface IndexedResult extends Keyspace, Comparison {
  call: string;
  /** Holdfast's, for each of {@link GROWTH} where the call is about a user. */
  growth: Spread[];
}

/** So that what takes less than a millisecond is not measured by one call. */
const REPEATS = 5;

/** A way to find a user's sessions, and how often it is tried in a turn. */
interface Way {
  calls: UserCalls;
  repeats: number;
}

/**
 * Measures what the options `userId` and `trackCount` are for. Lets the indexed store hold so many sessions; those that it
 * has from a smaller keyspace count.
 */
export async function measureIndexed(
  { store }: Subject<RedisStore>,
  other: Subject,
  keyspace: Keyspace,
  rounds: number,
): Promise<IndexedResult[]> {
  const { sessions } = keyspace;
  await fillIndexed(store, sessions);
  const lengths = await compare<ListingStore>(other.store, store, rounds, (each) =>
    millisecondsOf(async () => requireAll(await each.length(), sessions)),
  );
  const results: IndexedResult[] = [{ ...keyspace, call: 'length', ...lengths, growth: [] }];
  const indexed: Way = { calls: callsOfHoldfast(store), repeats: REPEATS };
  const unindexed: Way = { calls: callsWithoutIndex(other.store), repeats: 1 };
  for (const call of USER_CALLS) {
    const turn = (way: Way, has: number) => meanTime(store, way, call, has);
    const compared = await compare(unindexed, indexed, rounds, (way) => turn(way, COMPARED));
    const grown = await interleave(GROWTH, rounds, (has) => turn(indexed, has));
    const growth = GROWTH.map((has) => spreadOf(grown.get(has) ?? []));
    results.push({ ...keyspace, call, ...compared, growth });
  }
  return results;
}

/** How long a call takes about the user who has so many sessions, and gets them back before each call. */
async function meanTime(
  store: RedisStore,
  { calls, repeats }: Way,
  call: keyof UserCalls,
  has: number,
): Promise<number> {
  let milliseconds = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    await signIn(store, userWith(has), has);
    milliseconds += await millisecondsOf(async () =>
      requireAll(await calls[call](userWith(has)), has),
    );
  }
  return milliseconds / repeats;
}

async function fillIndexed(store: RedisStore, sessions: number): Promise<void> {
  const asked = [COMPARED, ...GROWTH];
  for (const has of asked) await signIn(store, userWith(has), has);
  const missing = sessions - (await store.length());
  await signInMany(store, `user of ${sessions}`, missing);
}

function userWith(sessions: number): string {
  return `user with ${sessions}`;
}
