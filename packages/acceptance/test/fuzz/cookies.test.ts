import { randomUUID } from 'node:crypto';
import { RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { sized } from '@holdfast/test-servers';
import { beforeAll, expect } from '@jest/globals';
import { Cookie, type SessionData } from 'express-session';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { fuzz } from '../support/fuzz/fuzz.ts';
import { codeOf, type Outcome, outcomeOf } from '../support/fuzz/outcome.ts';
import { useRedis, useResource } from '../support/resources.ts';

const DAY_MS = 86_400_000;
/** The longest life that the store asks of Redis. */
const MAX_TTL_MS = 1e15;
/** What a clock may gain or lose while a case runs. */
const CLOCK_DRIFT_MS = 20;

const prefix = `cookies:${randomUUID()}:`;
const server = useRedis();
const client = useResource(
  async () => new Redis(server().url),
  (redis) => redis.disconnect(),
);
let store: RedisStore;
let endless: RedisStore;

beforeAll(() => {
  const options = { client: fromIoredis(client()), prefix };
  store = new RedisStore(options);
  endless = new RedisStore({ ...options, disableTTL: true });
});

function thrower(): never {
  throw undefined;
}
const hostile = new Proxy(
  {},
  { get: thrower, has: thrower, getPrototypeOf: thrower, ownKeys: thrower },
);

const fromNow = fc.oneof(
  fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
  fc.double(),
  fc.maxSafeInteger(),
);
/** Makes a value when it is needed, because fast-check looks at the values that it passes. */
type Made<Value> = () => Value;

const tame = fc.oneof(
  { weight: 4, arbitrary: fromNow.map((ms) => new Date(Date.now() + ms)) },
  { weight: 2, arbitrary: fc.date({ noInvalidDate: false }) },
  { weight: 2, arbitrary: fromNow.map((ms) => Date.now() + ms) },
  { weight: 2, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, undefined, false, true, '', 0, -0) },
  { weight: 1, arbitrary: fc.anything({ withDate: true, withBigInt: true }) },
);
const expires: fc.Arbitrary<Made<unknown>> = fc.oneof(
  { weight: 6, arbitrary: tame.map((value) => () => value) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Made<unknown>>(
      () => Symbol('expires'),
      () => hostile,
      () => new Proxy(new Date(), {}),
      () => Object.create(Date.prototype),
      () => ({ valueOf: thrower }),
      () => ({ [Symbol.toPrimitive]: thrower }),
      () => ({ toJSON: thrower }),
      () => Object.create(null),
    ),
  },
);
const age = fc.oneof(fromNow, fc.constantFrom(null, undefined, Number.NaN, 1e300));
const cookie: fc.Arbitrary<Made<object>> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(expires, age, age).map(([value, originalMaxAge, maxAge]): Made<object> => {
      return () => ({ expires: value(), originalMaxAge, maxAge });
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(expires, age).map(([value, ms]): Made<object> => {
      return () => expressCookie(value(), ms);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Made<object>>(
      () => hostile,
      () => Object.defineProperty({}, 'expires', { get: thrower, enumerable: true }),
      () => Object.defineProperty({}, 'expires', { get: thrower }),
      () => ({ toJSON: thrower }),
      () => ({ toJSON: () => hostile, expires: null }),
    ),
  },
);

function expressCookie(value: unknown, originalMaxAge: number | null | undefined): Cookie {
  return Object.assign(new Cookie(), { _expires: value, originalMaxAge });
}

/** Returns how long a session is to live from now on; undefined if its cookie has no date. Throws if it is hostile. */
function lifeOf({ expires: value }: { expires?: unknown }): number | undefined {
  if (value === null || value === undefined || value === false) return DAY_MS;
  const ms = value === true ? Number.NaN : new Date(value as Date).getTime();
  return Number.isNaN(ms) ? undefined : Math.min(ms - Date.now(), MAX_TTL_MS);
}

function expectedLifeOf(one: object): number | undefined {
  try {
    return lifeOf(one);
  } catch {
    return undefined;
  }
}

/** Expects a key to live as long as a session was to live at a moment before, less what has passed since then. */
async function expectLife(key: string, life: number, since: number, isEndless: boolean) {
  const ms = await client().pttl(key);
  const least = life - (performance.now() - since) - CLOCK_DRIFT_MS;
  if (life <= 0) expect(ms).toBe(-2);
  else if (least <= 0) return;
  else if (isEndless) expect(ms).toBe(-1);
  else {
    expect(ms).toBeLessThanOrEqual(life);
    expect(ms).toBeGreaterThanOrEqual(least);
  }
}

function expectRefused({ error }: Outcome): void {
  expect(error).toBeInstanceOf(Error);
  expect(codeOf(error) ?? String(error)).toMatch(
    /^ERR_HOLDFAST_(INVALID_EXPIRES|SERIALIZE|INVALID_ARGUMENT)|instead of an error/,
  );
}

fuzz(
  'whatever a cookie says, its session lives that long, or it is an error',
  { cases: sized(500, 4500) },
  fc.tuple(cookie, fc.boolean()),
  async ([made, isEndless]) => {
    const one = made();
    const id = randomUUID();
    const key = prefix + id;
    const subject = isEndless ? endless : store;
    const session = { cookie: one } as SessionData;
    const [life, begun] = [expectedLifeOf(one), performance.now()];
    const saved = await outcomeOf((callback) => subject.set(id, session, callback));
    if (saved.error !== null || life === undefined) {
      expectRefused(saved);
      expect(await client().exists(key)).toBe(0);
    } else await expectLife(key, life, begun, isEndless);

    await client().set(key, '{"cookie":{}}', 'PX', 1000 * DAY_MS);
    const other = { cookie: one } as SessionData;
    const [left, touchedAt] = [expectedLifeOf(one), performance.now()];
    const touched = await outcomeOf((callback) => subject.touch(id, other, callback));
    if (touched.error !== null || left === undefined) {
      expectRefused(touched);
      expect(await client().pttl(key)).toBeGreaterThan(999 * DAY_MS);
    } else if (!isEndless) await expectLife(key, left, touchedAt, isEndless);
    await client().del(key);
  },
);
