import type { ListingStore } from '../../stores/compared-stores.ts';
import { sessionOf } from '../../stores/session-data.ts';

/** The text of each session that these calls concern. */
export const TEXT: string = JSON.stringify(sessionOf(500));

/** Calls a method that concerns all sessions. Returns how many sessions it concerned. */
export type Call = (store: ListingStore) => Promise<number>;

/** The calls that change nothing, by name. */
export const READS: Record<string, Call> = {
  length: (store) => store.length(),
  ids: async (store) => (await store.ids()).length,
  all: async (store) => (await store.all()).length,
};

/** @throws Error if a call skipped sessions, because a call that does less is not faster. */
export function requireAll(found: number, sessions: number): void {
  if (found !== sessions) throw new Error(`The call returned ${found} of ${sessions} sessions.`);
}
