import assert from 'node:assert/strict';
import type { RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import type { Fixture } from '../subject.ts';
import { MINUTE, type Options, storeOn, type TestStore } from './support.ts';

export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

/** The option `userId` of the tests. */
export const userId = (session: object): string | undefined => Reflect.get(session, 'user');

/** Returns a session that was last active this long ago. */
export function sessionSince(idleMs: number, fields: object, maxAge: number): SessionData {
  const expires = new Date(Date.now() + maxAge - idleMs);
  return { cookie: { originalMaxAge: maxAge, expires }, ...fields } as SessionData;
}

/** A store with the option `userId`, and ways to look at its index, which take user ids. */
interface IndexedStore extends TestStore {
  score(user: string, id: string): Promise<unknown>;
  addEntry(user: string, id: string, expiresAt: number): Promise<unknown>;
  setTtl(user: string): Promise<number>;
  /** Asserts that a user's set was given this time to live since the prefix was made. */
  assertSetTtl(user: string, ttlMs: number): Promise<void>;
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
      assertSetTtl: (user: string, ttlMs: number) => fixture.assertTtl(set(user), ttlMs),
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
