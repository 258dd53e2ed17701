import assert from 'node:assert/strict';
import type { RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import type { Fixture } from '../subject.ts';
import { MINUTE, type Options, storeOn, type TestStore } from './support.ts';

export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

/** The option `userId` of the tests. */
export const userId = (session: object): string | undefined => Reflect.get(session, 'user');

/** A session that was last active so long ago. */
export function sessionSince(idleMs: number, fields: object, maxAge: number): SessionData {
  const expires = new Date(Date.now() + maxAge - idleMs);
  return { cookie: { originalMaxAge: maxAge, expires }, ...fields } as SessionData;
}

/** A store that knows whose a session is, and ways to look at what it keeps of that, which take users. */
interface IndexedStore extends TestStore {
  score(user: string, id: string): Promise<unknown>;
  addEntry(user: string, id: string, expiresAt: number): Promise<unknown>;
  setTtl(user: string): Promise<number>;
  loaded(id: string): Promise<SessionData>;
}

export function indexedOn(fixture: Fixture): (options?: Options) => IndexedStore {
  return (options = {}) => {
    const subject = storeOn(fixture, { userId, ...options });
    const set = (user: string) => `holdfast:user:${subject.prefix}${user}`;
    return {
      ...subject,
      score: (user: string, id: string) => fixture.raw('ZSCORE', set(user), id),
      addEntry: (user: string, id: string, expiresAt: number) =>
        fixture.raw('ZADD', set(user), String(expiresAt), id),
      setTtl: async (user: string) => Number(await fixture.raw('PTTL', set(user))),
      loaded: async (id: string): Promise<SessionData> => {
        const session = await subject.store.get(id);
        assert.ok(session);
        return session;
      },
    };
  };
}

export async function idsOf(store: RedisStore, user: string): Promise<string[]> {
  return (await store.listByUser(user)).map(({ id }) => id);
}
