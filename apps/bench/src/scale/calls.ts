import type { ListingStore } from '../subjects.ts';

/** A call that concerns all sessions, and how many sessions it answered. */
export type Call = (store: ListingStore) => Promise<number>;

/** Calls that change nothing, by their name. */
export const READS: Record<string, Call> = {
  length: (store) => store.length(),
  ids: async (store) => (await store.ids()).length,
  all: async (store) => (await store.all()).length,
};

/** @throws where a call did not answer all sessions, so that none is quick because it does not do its work. */
export function requireAll(answered: number, sessions: number): void {
  if (answered !== sessions) throw new Error(`${answered} of ${sessions} sessions were answered.`);
}
