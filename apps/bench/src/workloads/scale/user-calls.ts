import type { RedisStore } from '@holdfast/core';
import type { ListingStore } from '../../stores/compared-stores.ts';
import { destroy } from '../../stores/requests.ts';

/** The calls that concern the sessions of a user. */
export const USER_CALLS = ['listByUser', 'countByUser', 'destroyByUser'] as const;

/** Each call returns how many sessions it concerned. */
export type UserCalls = Record<(typeof USER_CALLS)[number], (user: string) => Promise<number>>;

/** Uses the option `userId`. */
export function callsOfHoldfast(store: RedisStore): UserCalls {
  return {
    listByUser: async (user) => (await store.listByUser(user)).length,
    countByUser: (user) => store.countByUser(user),
    destroyByUser: (user) => store.destroyByUser(user),
  };
}

/** Reads all sessions and picks those of the user, as an application must do if its store has no index. */
export function callsWithoutIndex(store: ListingStore): UserCalls {
  const sessionsOf = async (user: string) =>
    (await store.all()).filter((session) => session.user === user);
  const countByUser = async (user: string) => (await sessionsOf(user)).length;
  return {
    listByUser: countByUser,
    countByUser,
    async destroyByUser(user) {
      const sessions = await sessionsOf(user);
      await Promise.all(sessions.map(({ id }) => destroy(store, id)));
      return sessions.length;
    },
  };
}
