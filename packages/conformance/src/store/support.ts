import assert from 'node:assert/strict';
import { type HoldfastErrorCode, RedisStore, type StoreOptions } from '@holdfast/core';
import type { SessionData } from 'express-session';
import type { Fixture } from '../subject.ts';

export type Options = Partial<StoreOptions<SessionData>>;

/** In milliseconds; what a session lives unless a test says otherwise. */
export const MINUTE = 60_000;

/** A store with a prefix of its own, and ways to look past it, which take session ids. */
export interface TestStore {
  prefix: string;
  store: RedisStore;
  raw(command: string, id: string, ...args: string[]): Promise<unknown>;
  pttl(id: string): Promise<number>;
  exists(id: string): Promise<boolean>;
}

export function storeOn(fixture: Fixture, options: Options = {}): TestStore {
  const prefix = options.prefix ?? fixture.fresh();
  return {
    prefix,
    store: new RedisStore({ client: fixture.redis, ...options, prefix }),
    raw: (command: string, id: string, ...args: string[]) =>
      fixture.raw(command, prefix + id, ...args),
    pttl: async (id: string) => Number(await fixture.raw('PTTL', prefix + id)),
    exists: async (id: string) => Number(await fixture.raw('EXISTS', prefix + id)) === 1,
  };
}

/** A session as express-session gives it to a store; without a maximal age, its cookie has no expiry. */
export function sessionOf(fields: object = {}, maxAge: number | null = MINUTE): SessionData {
  const expires = maxAge === null ? null : new Date(Date.now() + maxAge);
  return { cookie: { originalMaxAge: maxAge, expires }, ...fields } as SessionData;
}

export function sessionUntil(expires: unknown): SessionData {
  return { cookie: { originalMaxAge: null, expires } } as SessionData;
}

/** What a session is after it went through JSON. */
export function written(session: SessionData): unknown {
  return JSON.parse(JSON.stringify(session));
}

/** Checks an error, for `assert.rejects`. */
export function hasCode(code: HoldfastErrorCode, message: RegExp = /./): (error: unknown) => true {
  return (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.equal(Reflect.get(error, 'code'), code);
    assert.match(error.message, message);
    return true;
  };
}
