import { openConnectRedis, openHoldfast } from '../../stores/compared-stores.ts';

/** Reads all sessions and returns how many there are. */
type Read = () => Promise<number>;

/** Opens a store first, so that only the reading itself is measured. */
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
