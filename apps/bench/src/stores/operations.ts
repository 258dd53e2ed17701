import type { SessionData, Store } from 'express-session';
import type { Step } from '../measuring/repeat.ts';
import { create, destroy, load, read, save, touch } from './requests.ts';

export const OPERATIONS = ['get', 'get + touch', 'set', 'cycle', 'destroy'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** What an operation needs. */
export interface Prepared {
  store: Store;
  /** The ids of the sessions that exist already. Each gets a step of its own. */
  ids: readonly string[];
  /** The data of these sessions. */
  session: SessionData;
  /** How many sessions there are to destroy in a turn. */
  stock: number;
}

/** Prepares each operation, without being timed, and returns a step per id that is timed. */
export const PREPARE: Record<Operation, (given: Prepared) => Promise<Step[]>> = {
  get: async ({ store, ids }) => ids.map((id) => () => read(store, id)),

  'get + touch': async ({ store, ids }) =>
    ids.map((id) => async () => touch(store, await load(store, id))),

  set: ({ store, ids }) =>
    Promise.all(
      ids.map(async (id) => {
        const session = await load(store, id);
        return () => {
          session.visits += 1;
          return save(store, session);
        };
      }),
    ),

  cycle: async ({ store, ids }) =>
    ids.map((id) => async () => {
      const session = await load(store, id);
      session.visits += 1;
      await save(store, session);
    }),

  destroy: async ({ store, ids, session, stock }) => {
    const waiting = Array.from({ length: stock }, (_, index) => `${ids[0]}-${index}`);
    await Promise.all(waiting.map((id) => create(store, id, session)));
    return ids.map(() => () => {
      const next = waiting.pop();
      return next === undefined ? undefined : destroy(store, next);
    });
  },
};
