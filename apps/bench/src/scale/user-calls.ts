import type { RedisStore } from '@holdfast/core';
import { destroy } from '../requests.ts';
import type { ListingStore } from '../subjects.ts';

/** The calls that concern the sessions of a user. */
export const USER_CALLS = ['sessionsOf', 'countOf', 'destroyAllOf'] as const;

/** Each answers how many sessions it concerned. */
export type UserCalls = Record<(typeof USER_CALLS)[number], (user: string) => Promise<number>>;

/** With the option `index`. */
export function callsOfHoldfast(store: RedisStore): UserCalls {
  return {
    sessionsOf: async (user) => (await store.sessionsOf(user)).length,
    countOf: (user) => store.countOf(user),
    destroyAllOf: (user) => store.destroyAllOf(user),
  };
}

/** What an application must do itself where the store has no index: read all sessions, and pick those of the user. */
export function callsWithoutIndex(store: ListingStore): UserCalls {
  const sessionsOf = async (user: string) =>
    (await store.all()).filter((session) => session.user === user);
  const countOf = async (user: string) => (await sessionsOf(user)).length;
  return {
    sessionsOf: countOf,
    countOf,
    async destroyAllOf(user) {
      const sessions = await sessionsOf(user);
      await Promise.all(sessions.map(({ id }) => destroy(store, id)));
      return sessions.length;
    },
  };
}
