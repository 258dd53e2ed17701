import { openConnectRedis, openHoldfast } from '../subjects.ts';

/** Reads all sessions, and answers how many there were. */
type Read = () => Promise<number>;

/** Opens a store, so that what it takes is not counted to the reading. */
export const READERS: Record<string, (url: string) => Promise<Read>> = {
  'Holdfast `sessions()`': async (url) => {
    const { store } = await openHoldfast(url);
    return async () => {
      let sessions = 0;
      for await (const _ of store.sessions()) sessions++;
      return sessions;
    };
  },
  'Holdfast `all()`': async (url) => {
    const { store } = await openHoldfast(url);
    return async () => (await store.all()).length;
  },
  'connect-redis `all()`': async (url) => {
    const { store } = await openConnectRedis(url);
    return async () => (await store.all()).length;
  },
};
