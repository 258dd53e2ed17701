import type { RedisStore } from '@holdfast/core';
import { destroy } from '../requests.ts';
import type { ListingStore } from '../subjects.ts';

/** The calls that concern the sessions of a user. */
export const USER_CALLS = ['listByUser', 'countByUser', 'destroyByUser'] as const;

/** Each answers how many sessions it concerned. */
export type UserCalls = Record<(typeof USER_CALLS)[number], (user: string) => Promise<number>>;

/** With the option `userId`. */
export function callsOfHoldfast(store: RedisStore): UserCalls {
  return {
    listByUser: async (user) => (await store.listByUser(user)).length,
    countByUser: (user) => store.countByUser(user),
    destroyByUser: (user) => store.destroyByUser(user),
  };
}

/** What an application must do itself where the store has no index: read all sessions, and pick those of the user. */
export function callsWithoutIndex(store: ListingStore): UserCalls {
  const listByUser = async (user: string) =>
    (await store.all()).filter((session) => session.user === user);
  const countByUser = async (user: string) => (await listByUser(user)).length;
  return {
    listByUser: countByUser,
    countByUser,
    async destroyByUser(user) {
      const sessions = await listByUser(user);
      await Promise.all(sessions.map(({ id }) => destroy(store, id)));
      return sessions.length;
    },
  };
}
