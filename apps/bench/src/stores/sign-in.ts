import { createHash } from 'node:crypto';
import type { Store } from 'express-session';
import { create } from './requests.ts';
import { sessionOf } from './session-data.ts';

/** How many sessions an ordinary user has. */
export const SESSIONS_EACH = 5;

const SESSION = sessionOf(500);
const AT_ONCE = 100;

/** Gives a user this many sessions. Their ids look as random as the store's own, and are the same every time. */
export async function signIn(store: Store, user: string, sessions: number): Promise<void> {
  await forEach(sessions, (index) => create(store, idOf(user, index), { ...SESSION, user }));
}

/** Divides this many sessions among users whose names start with `name`. */
export async function signInMany(store: Store, name: string, sessions: number): Promise<void> {
  const users = sessions / SESSIONS_EACH;
  await forEach(users, (index) => signIn(store, `${name}, ${index}`, SESSIONS_EACH));
}

/** Works on each number below the count, on some at the same time. */
async function forEach(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - first);
    await Promise.all(Array.from({ length }, (_, index) => work(first + index)));
  }
}

function idOf(user: string, index: number): string {
  return createHash('sha1').update(`${user} ${index}`).digest('hex').slice(0, 32);
}
