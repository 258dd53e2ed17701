import assert from 'node:assert/strict';
import { type HoldfastErrorCode, RedisStore, type StoreOptions } from '@holdfast/core';
import type { SessionData } from 'express-session';
import type { Fixture } from '../subject.ts';

export type Options = Partial<StoreOptions<SessionData>>;

/** So long that no test reaches it, however slow the machine is. */
const PATIENCE_MS = 120_000;

/** Well-formed ids with a meaning in a pattern, a protocol, the name of a key, or an object of JavaScript. */
export const ODD_IDS: readonly string[] = [
  ' ',
  '\n',
  '\r\n',
  'a\r\nb',
  '*1\r\n$8\r\nFLUSHALL\r\n',
  '\u2028\u2029',
  '\0',
  '\ue000',
  '\ue0001',
  '*?[a]^-\\',
  '{tag}',
  '#1',
  'sess:',
  'é',
  'e\u0301',
  '🦊',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(10_000),
];

/** In milliseconds. A session lives this long unless a test says otherwise. */
export const MINUTE = 60_000;

/** A store with a prefix of its own, and ways to look at its keys, which take session ids. */
export interface TestStore {
  prefix: string;
  store: RedisStore;
  raw(command: string, id: string, ...args: string[]): Promise<unknown>;
  pttl(id: string): Promise<number>;
  /** Asserts that a session was given this time to live since the prefix was made. */
  assertTtl(id: string, ttlMs: number): Promise<void>;
  exists(id: string): Promise<boolean>;
}

export function storeOn(fixture: Fixture, options: Options = {}): TestStore {
  const prefix = options.prefix ?? fixture.fresh();
  return {
    prefix,
    store: new RedisStore({ client: fixture.redis, timeoutMs: PATIENCE_MS, ...options, prefix }),
    raw: (command: string, id: string, ...args: string[]) =>
      fixture.raw(command, prefix + id, ...args),
    pttl: async (id: string) => Number(await fixture.raw('PTTL', prefix + id)),
    assertTtl: (id: string, ttlMs: number) => fixture.assertTtl(prefix + id, ttlMs),
    exists: async (id: string) => Number(await fixture.raw('EXISTS', prefix + id)) === 1,
  };
}

/** Returns a session as express-session passes it to a store. With `maxAge: null`, its cookie has no expiry. */
export function sessionOf(fields: object = {}, maxAge: number | null = MINUTE): SessionData {
  const expires = maxAge === null ? null : new Date(Date.now() + maxAge);
  return { cookie: { originalMaxAge: maxAge, expires }, ...fields } as SessionData;
}

export function sessionUntil(expires: unknown): SessionData {
  return { cookie: { originalMaxAge: null, expires } } as SessionData;
}

/** Returns what a session is after it went through JSON. */
export function written(session: SessionData): unknown {
  return JSON.parse(JSON.stringify(session));
}

/** Returns a check of an error for `assert.rejects`. */
export function hasCode(code: HoldfastErrorCode, message: RegExp = /./): (error: unknown) => true {
  return (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.equal(Reflect.get(error, 'code'), code);
    assert.match(error.message, message);
    return true;
  };
}
