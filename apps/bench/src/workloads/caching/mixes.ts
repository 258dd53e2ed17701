import type { Store } from 'express-session';
import { load, save, touch } from '../../stores/requests.ts';

/** What requests do with their sessions. */
export interface Mix {
  name: string;
  /** For the page. */
  description: string;
  /** One in this many requests writes. The others only read. */
  writesOneIn: number;
  /** Whether the store writes the touch of a request that only reads. */
  isTouchDue: boolean;
}

export const MIXES: Mix[] = [
  {
    name: 'All read, each touch is due',
    description:
      'Each request reads its session and touches it, and the store writes the touch (`touchAfter: 0` here). An application ' +
      'whose sessions get less than one request a minute works like this. The touch invalidates the cached session.',
    writesOneIn: Number.POSITIVE_INFINITY,
    isTouchDue: true,
  },
  {
    name: 'All read',
    description:
      'The same, but the store skips the touch because the process wrote the session within the last minute. At the ' +
      'beginning, the cache holds as many of the most visited sessions as it can.',
    writesOneIn: Number.POSITIVE_INFINITY,
    isTouchDue: false,
  },
  {
    name: 'One in ten writes',
    description: 'The same, but one request in ten changes a field and saves.',
    writesOneIn: 10,
    isTouchDue: false,
  },
];

/**
 * Does what express-session does in a request.
 * @param number the request's number, from 1.
 */
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
