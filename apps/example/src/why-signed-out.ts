import type { Request } from 'express';
import './session-data.ts';
import { COOKIE_NAME } from './sessions.ts';

const ELSEWHERE = 'You were signed out on another of your devices.';

/** What visitors read when Holdfast remembers why their session has ended. */
const REASONS: Record<NonNullable<Request['sessionEnded']>, string> = {
  // The browser that signs itself out deletes its cookie, and so does not come back with it.
  signedOut: ELSEWHERE,
  elsewhere: ELSEWHERE,
  limit: 'You have signed in on more than ten devices, so you were signed out on this one.',
  regenerated: 'Your last sign-in did not reach this browser.',
};

/** What a redirect to the home page says. */
const REDIRECTS = {
  'signed-out': 'You have signed out.',
  devices: 'Sign in to see your devices.',
} as const;

/** Returns the address of the home page that says why the visitor is there. */
export function homeBecause(why: keyof typeof REDIRECTS): string {
  return `/?why=${why}`;
}

/** Returns why a visitor is not signed in, if there is something to say. */
export function whySignedOut({ session, sessionEnded, query, headers }: Request): string {
  if (session.name !== undefined) return '';
  if (sessionEnded !== undefined) return REASONS[sessionEnded];
  // After a while, only the cookie is left of a session that has ended.
  const isGone = session.startedAt === undefined && headers.cookie?.includes(`${COOKIE_NAME}=`);
  if (isGone) return 'Your session has ended.';
  const { why } = query;
  return why === 'signed-out' || why === 'devices' ? REDIRECTS[why] : '';
}
