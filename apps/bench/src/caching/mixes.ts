import type { Store } from 'express-session';
import { load, save, touch } from '../requests.ts';

/** What requests do with their sessions. */
export interface Mix {
  name: string;
  /** In a sentence, for the page. */
  what: string;
  /** One in so many writes; the others only read. */
  writesOneIn: number;
  /** Whether the touch of a request that only reads is written. */
  isTouchDue: boolean;
}

export const MIXES: Mix[] = [
  {
    name: 'All read',
    what: 'Each request reads its session and touches it. The touch is left out where the session was written lately.',
    writesOneIn: Number.POSITIVE_INFINITY,
    isTouchDue: false,
  },
  {
    name: 'One in ten writes',
    what: 'One request in ten changes a field and saves. The others are as above.',
    writesOneIn: 10,
    isTouchDue: false,
  },
  {
    name: 'All read, each touch is due',
    what:
      'As sessions that get less than a request a minute (`touchAfter: 0` here): each touch is written, and so ends what ' +
      'the cache holds of the session.',
    writesOneIn: Number.POSITIVE_INFINITY,
    isTouchDue: true,
  },
];

/** A request as express-session makes it, by its number from 1 on. */
export async function request(
  store: Store,
  id: string,
  number: number,
  { writesOneIn }: Mix,
): Promise<void> {
  const session = await load(store, id);
  if (number % writesOneIn !== 0) return touch(store, session);
  session.visits += 1;
  await save(store, session);
}
