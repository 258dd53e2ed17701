import type { RedisStore } from '@holdfast/core';
import { type Comparison, compare, interleave } from '../../measuring/rounds.ts';
import { type Spread, spreadOf } from '../../measuring/spread.ts';
import { millisecondsOf } from '../../measuring/stopwatch.ts';
import type { ComparedStore, ListingStore } from '../../stores/compared-stores.ts';
import { SESSIONS_EACH, signIn, signInMany } from '../../stores/sign-in.ts';
import { requireAll } from './calls.ts';
import type { Keyspace } from './listing.ts';
import { callsOfHoldfast, callsWithoutIndex, USER_CALLS, type UserCalls } from './user-calls.ts';

export interface IndexedEffort {
  rounds: number;
  /** How many sessions other users have, to show how the cost grows. */
  growth: readonly number[];
  /** How often an indexed call is repeated in a turn, because one takes less than a millisecond. */
  repeats: number;
}

/** How many sessions the user has in the comparison of the stores. */
export const COMPARED: number = SESSIONS_EACH;

/** Milliseconds. The subject is the store without an index, and the baseline is Holdfast. */
export interface IndexedResult extends Keyspace, Comparison {
  call: string;
  /** Holdfast's time for each number of `growth`. Empty if the call does not concern a user. */
  growth: Spread[];
}

/** The calls of a store, and how often a turn repeats them. */
interface Repeated {
  calls: UserCalls;
  repeats: number;
}

/**
 * Measures what the options `userId` and `trackCount` are for. Adds sessions to the indexed store until it has as many as
 * the keyspace says.
 * @param filler adds the sessions, also those that the indexed store has ended.
 */
export async function measureIndexed(
  { store }: ComparedStore<RedisStore>,
  { store: filler }: ComparedStore<RedisStore>,
  other: ComparedStore,
  keyspace: Keyspace,
  { rounds, growth, repeats }: IndexedEffort,
): Promise<IndexedResult[]> {
  const { sessions } = keyspace;
  await fillIndexed(filler, sessions, growth);
  const lengths = await compare<ListingStore>(other.store, store, rounds, (each) =>
    millisecondsOf(async () => requireAll(await each.length(), sessions)),
  );
  const results: IndexedResult[] = [{ ...keyspace, call: 'length', ...lengths, growth: [] }];
  const indexed: Repeated = { calls: callsOfHoldfast(store), repeats };
  const unindexed: Repeated = { calls: callsWithoutIndex(other.store), repeats: 1 };
  for (const call of USER_CALLS) {
    const turn = (repeated: Repeated, has: number) => meanTime(filler, repeated, call, has);
    const compared = await compare(unindexed, indexed, rounds, (each) => turn(each, COMPARED));
    const grown = await interleave(growth, rounds, (has) => turn(indexed, has));
    const spreads = growth.map((has) => spreadOf(grown.get(has) ?? []));
    results.push({ ...keyspace, call, ...compared, growth: spreads });
  }
  return results;
}

/** Times a call for the user with this many sessions. Restores the sessions before each call. */
async function meanTime(
  filler: RedisStore,
  { calls, repeats }: Repeated,
  call: keyof UserCalls,
  has: number,
): Promise<number> {
  let milliseconds = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    await signIn(filler, userWith(has), has);
    milliseconds += await millisecondsOf(async () =>
      requireAll(await calls[call](userWith(has)), has),
    );
  }
  return milliseconds / repeats;
}

async function fillIndexed(
  store: RedisStore,
  sessions: number,
  growth: readonly number[],
): Promise<void> {
  for (const has of [COMPARED, ...growth]) await signIn(store, userWith(has), has);
  const missing = sessions - (await store.length());
  await signInMany(store, `user of ${sessions}`, missing);
}

function userWith(sessions: number): string {
  return `user with ${sessions}`;
}
