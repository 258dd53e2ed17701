import type { Store } from 'express-session';
import { load, save, touch } from '../requests.ts';

/** What requests do with their sessions. */
export interface Mix {
  name: string;
  /** In words, for the page. */
  what: string;
  /** One in so many writes; the others only read. */
  writesOneIn: number;
  /** Whether the touch of a request that only reads is written. */
  isTouchDue: boolean;
}

export const MIXES: Mix[] = [
  {
    name: 'All read, each touch is due',
    what:
      'Each request reads its session and touches it, and the touch is written (`touchAfter: 0` here), as where a session ' +
      'gets less than a request a minute. It ends what the cache holds of the session.',
    writesOneIn: Number.POSITIVE_INFINITY,
    isTouchDue: true,
  },
  {
    name: 'All read',
    what:
      'The same where the touch is left out, as the process has written the session within the last minute. At the ' +
      'beginning, the cache holds as many of the most visited sessions as it may.',
    writesOneIn: Number.POSITIVE_INFINITY,
    isTouchDue: false,
  },
  {
    name: 'One in ten writes',
    what: 'The same, but one request in ten changes a field and saves.',
    writesOneIn: 10,
    isTouchDue: false,
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
