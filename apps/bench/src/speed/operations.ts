import type { SessionData, Store } from 'express-session';
import { create, destroy, load, read, save, touch } from '../requests.ts';

export const OPERATIONS = ['get', 'get + touch', 'set', 'cycle', 'destroy'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Is done over and over by one of those at once, until the time is over or it answers undefined: nothing is left to do. */
export type Step = () => Promise<unknown> | undefined;

/** Makes ready what is not to be timed, one step for each of the ids, under which this session is stored already. */
type Prepare = (store: Store, ids: readonly string[], session: SessionData) => Promise<Step[]>;

/** How many sessions there are to destroy in a turn. */
const STOCK = 1024;

/** What is timed, as express-session asks it of a store. */
export const PREPARE: Record<Operation, Prepare> = {
  get: async (store, ids) => ids.map((id) => () => read(store, id)),

  'get + touch': async (store, ids) =>
    ids.map((id) => async () => touch(store, await load(store, id))),

  set: (store, ids) =>
    Promise.all(
      ids.map(async (id) => {
        const session = await load(store, id);
        return () => {
          session.visits += 1;
          return save(store, session);
        };
      }),
    ),

  cycle: async (store, ids) =>
    ids.map((id) => async () => {
      const session = await load(store, id);
      session.visits += 1;
      await save(store, session);
    }),

  destroy: async (store, ids, session) => {
    const stock = Array.from({ length: STOCK }, (_, index) => `${ids[0]}-${index}`);
    await Promise.all(stock.map((id) => create(store, id, session)));
    return ids.map(() => () => {
      const next = stock.pop();
      return next === undefined ? undefined : destroy(store, next);
    });
  },
};
