import { randomUUID } from 'node:crypto';
import { RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { sized } from '@holdfast/test-servers';
import { beforeAll, expect } from '@jest/globals';
import type { SessionData } from 'express-session';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { fuzz } from '../support/fuzz/fuzz.ts';
import { codeOf, type Outcome, outcomeOf, outcomeOfPromise } from '../support/fuzz/outcome.ts';
import { useRedis, useResource } from '../support/resources.ts';
import { Browser, serve } from '../support/session-app.ts';
import { sessionOf } from '../support/sessions.ts';

type Request = Parameters<RedisStore['createSession']>[0];

/** Writes a value under a key that no store writes. */
type Write = (key: string) => Promise<unknown>;

const prefix = `values:${randomUUID()}:`;
const server = useRedis();
const client = useResource(
  async () => new Redis(server().url),
  (redis) => redis.disconnect(),
);
let store: RedisStore;
beforeAll(() => {
  store = new RedisStore({
    client: fromIoredis(client()),
    prefix,
    userId: (session) => Reflect.get(session, 'user'),
  });
});
const app = useResource(
  () => serve(store),
  (served) => served[Symbol.asyncDispose](),
);

const NAMES = ['__proto__', 'constructor', 'prototype', 'toJSON', 'then', 'touch', 'id', 'req'];
const AGES = ['originalMaxAge', 'maxAge', 'expires', '_expires', 'path', 'secure', 'data'];
const ODD = ['', 'text', '2030-01-01T00:00:00.000Z', -1, 0, 1e308, null, true, [], {}];

function objectOf(names: string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const name = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 3 }));
  return fc.array(fc.tuple(name, value), { maxLength: 5 }).map(Object.fromEntries);
}

const odd = fc.oneof(fc.constantFrom<unknown>(...ODD), fc.jsonValue({ maxDepth: 2 }));
const cookie = objectOf([...AGES, ...NAMES], fc.oneof(odd, objectOf([...AGES, ...NAMES], odd)));
const session = fc
  .tuple(objectOf(['user', 'visits', ...NAMES], odd), fc.oneof(cookie, odd))
  .map(([fields, stored]) => JSON.stringify({ ...Object(fields), cookie: stored }));
const text = fc.oneof(
  { weight: 6, arbitrary: session },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  // JSON never writes such a large number, and reads it as infinite.
  { weight: 1, arbitrary: fc.constantFrom('{"cookie":{"originalMaxAge":1e999}}', '{"cookie":{}') },
);

const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 8,
    arbitrary: text.map(
      (value): Write =>
        (key) =>
          client().set(key, value),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 50 }).map(
      (bytes): Write =>
        (key) =>
          client().set(key, Buffer.from(bytes)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Write>(
      (key) => client().rpush(key, 'item'),
      (key) => client().sadd(key, 'member'),
      (key) => client().zadd(key, 1, 'member'),
      (key) => client().hset(key, 'field', 'value'),
      (key) => client().xadd(key, '*', 'field', 'value'),
      (key) => client().setbit(key, 7, 1),
    ),
  },
);

/** Expects a session, or no session. */
function expectReadable({ error, result }: Outcome): SessionData | undefined {
  expect(error).toBeNull();
  return (result as SessionData | null) ?? undefined;
}

/** Expects success, or an error of Holdfast. */
function expectClear({ error }: Outcome): void {
  if (error !== null) expect(codeOf(error)).toMatch(/^ERR_HOLDFAST_/);
}

fuzz(
  'whatever is stored, it is a session, no session, or an error',
  { cases: sized(200, 2000) },
  write,
  async (writeTo) => {
    const id = randomUUID();
    const good = sessionOf({ user: 'ada' });
    await store.set(id, good);
    await client().del(prefix + id);
    await writeTo(prefix + id);
    const stored = expectReadable(
      await outcomeOf<SessionData | null>((callback) => store.get(id, callback)),
    );
    if (stored !== undefined) {
      const live = store.createSession({ sessionID: id } as unknown as Request, stored);
      live.touch();
      expectClear(await outcomeOf((callback) => store.touch(id, live, callback)));
      Object.assign(live, { visits: 1 });
      expectClear(await outcomeOf((callback) => store.set(id, live, callback)));
    }
    expectClear(await outcomeOf((callback) => store.set(id, good, callback)));
    await client().del(prefix + id);
    await writeTo(prefix + id);
    const outcomes = await Promise.all([
      outcomeOf((callback) => store.all(callback)),
      outcomeOfPromise(() => store.listByUser('ada')),
      outcomeOfPromise(() => store.update(id, (one) => Object.assign(one, { visits: 2 }))),
    ]);
    for (const [index, outcome] of outcomes.entries()) {
      if (index < 2) expect(outcome.error).toBeNull();
      expectClear(outcome);
    }
    expect((await outcomeOf((callback) => store.destroy(id, callback))).error).toBeNull();
    expect(await client().exists(prefix + id)).toBe(0);
  },
);

fuzz(
  'whatever is stored, an application responds, and goes on',
  { cases: sized(40, 300) },
  text,
  async (value) => {
    const browser = new Browser();
    await browser.post(app(), '/sign-in', { user: 'eve' });
    const [signedIn] = await store.listByUser('eve');
    const id = signedIn?.id ?? '';
    await client().set(prefix + id, value);
    await Promise.allSettled([browser.get(app(), '/'), browser.post(app(), '/visit')]);
    await store.destroy(id);
    await store.destroyByUser('eve');
    expect(await new Browser().get(app(), '/')).toEqual({});
  },
);
