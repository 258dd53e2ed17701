import { randomBytes, randomUUID } from 'node:crypto';
import { encrypted, type RedisLike, RedisStore, type StoreOptions } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { startRedis, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as connectRedis10 from 'connect-redis-10';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';
import { Browser, type ServedApp, serve } from '../support/session-app.ts';

type Options = Partial<StoreOptions<SessionData>>;

const KEYS = [{ id: 'key', key: randomBytes(32) }];
const ALL: Options = {
  hashIds: true,
  serializer: encrypted({ keys: KEYS }),
  userId: ({ user }) => user,
  trackCount: true,
};

let redis: TestRedis;
let client: RedisLike;
let close: () => Promise<unknown>;
let prefix: string;

beforeAll(async () => {
  redis = await startRedis();
  const connection = createClient({ url: redis.url });
  await connection.connect();
  client = fromNodeRedis(connection);
  close = () => connection.close();
});
afterAll(async () => {
  await close();
  await redis.stop();
});
beforeEach(() => {
  prefix = `secrets:${randomUUID()}:`;
});

const storeWith = (options: Options) => new RedisStore({ client, prefix, ...options });
const appWith = (options: Options): Promise<ServedApp> => serve(storeWith(options));

/** Every key with the test's prefix in it, and what it holds. */
async function dump(): Promise<Map<string, string[]>> {
  const dumped = new Map<string, string[]>();
  for (const key of (await redis.raw('KEYS', `*${prefix}*`)) as string[]) {
    const isSet = (await redis.raw('TYPE', key)) === 'zset';
    const held = isSet ? redis.raw('ZRANGE', key, '0', '-1') : redis.raw('GET', key);
    dumped.set(key, [await held].flat() as string[]);
  }
  return dumped;
}

/** Whatever a thief could try as a session id who has this dump: each text in it, and what stands behind each colon. */
function* guesses(dumped: Map<string, string[]>): Generator<string> {
  for (const text of [...dumped].flat(2)) {
    for (let at = 0; ; ) {
      yield text.slice(at);
      const colon = text.indexOf(':', at);
      if (colon === -1) break;
      at = colon + 1;
    }
  }
}

async function signedIn(app: ServedApp): Promise<Browser> {
  const browser = new Browser();
  await browser.post(app, '/sign-in', { user: 'Ada' });
  expect(await browser.post(app, '/visit')).toEqual({ user: 'Ada', visits: 1 });
  return browser;
}

describe('a dump of the Redis', () => {
  test('shows neither session ids nor what is in the sessions', async () => {
    await using app = await appWith(ALL);
    const browser = await signedIn(app);
    const text = JSON.stringify([...(await dump())]);
    expect(browser.sessionId).toMatch(/^[\w-]{32}$/);
    expect(text).not.toContain(browser.sessionId);
    expect(text).not.toContain('visits');
    expect(text).toContain(storeWith(ALL).handleOf(browser.sessionId));
  });

  test.each([true, 'readPlain', 'writePlain'] as const)(
    'has nothing that signs in as a session id, where the store reads with hashIds %s',
    async (hashIds) => {
      await using begun = await appWith(ALL);
      const browser = await signedIn(begun);
      await using app = await appWith({ ...ALL, hashIds });
      expect(await browser.get(app, '/')).toEqual({ user: 'Ada', visits: 1 });
      let tries = 0;
      for (const guess of guesses(await dump())) {
        if (guess === '') continue;
        tries++;
        expect(await Browser.withSession(guess).get(app, '/')).toEqual({});
      }
      expect(tries).toBeGreaterThan(5);
    },
  );

  test('has what signs in, where ids are not hashed: the guesses are good ones', async () => {
    await using app = await appWith({ ...ALL, hashIds: false });
    const { sessionId } = await signedIn(app);
    const found = [...guesses(await dump())].filter((guess) => guess === sessionId);
    expect(found).not.toEqual([]);
    expect(await Browser.withSession(sessionId).get(app, '/')).toEqual({ user: 'Ada', visits: 1 });
  });
});

describe('who can write to the Redis', () => {
  test('cannot give one visitor the session of another, nor make one up', async () => {
    const store = storeWith(ALL);
    const warnings: string[] = [];
    store.on('warning', ({ code }) => warnings.push(code));
    await using app = await serve(store);
    const [ada, eve] = [await signedIn(app), await signedIn(app)];
    const keyOf = ({ sessionId }: Browser) => `${prefix}sha256:${store.handleOf(sessionId)}`;
    const stolen = String(await redis.raw('GET', keyOf(ada)));
    for (const value of [stolen, JSON.stringify({ user: 'Ada', cookie: {} }), '{']) {
      await redis.raw('SET', keyOf(eve), value);
      expect(await eve.get(app, '/')).toEqual({});
    }
    expect(warnings).toEqual(Array(3).fill('ERR_HOLDFAST_SEALED'));
    await eve.post(app, '/sign-in', { user: 'Eve' });
    expect(await eve.get(app, '/')).toEqual({ user: 'Eve', visits: 0 });
    expect(await ada.get(app, '/')).toEqual({ user: 'Ada', visits: 1 });
  });
});

/** What an application goes through, one step a deployment, and back the other way round. */
const steps: Record<string, Options[]> = {
  'plain ids to hashed ones': [
    {},
    { hashIds: 'writePlain' },
    { hashIds: 'readPlain' },
    { hashIds: true },
  ],
  'plain text to encryption': [
    {},
    { serializer: encrypted({ keys: KEYS, writePlain: true }) },
    { serializer: encrypted({ keys: KEYS, readPlain: true }) },
    { serializer: encrypted({ keys: KEYS }) },
  ],
};

describe.each(Object.entries(steps))('on the way from %s', (_, forth) => {
  test.each([
    ['there', forth],
    ['back', forth.toReversed()],
  ])('and %s, each step runs beside the one before it', async (_way, way) => {
    for (const [index, options] of way.entries()) {
      const before = way[index - 1];
      if (before === undefined) continue;
      await using old = await appWith(before);
      await using next = await appWith(options);
      // Of the last step there are no plain sessions left on the way there, and none of the other kind on the way back.
      const apps = index === way.length - 1 ? [next, old] : [old, next];
      const browsers = [await signedIn(apps[0] ?? old)];
      if (index < way.length - 1) browsers.push(await signedIn(next));
      for (const browser of browsers) {
        expect(await browser.get(next, '/')).toEqual({ user: 'Ada', visits: 1 });
        expect(await browser.post(old, '/visit')).toEqual({ user: 'Ada', visits: 2 });
        expect(await browser.post(next, '/visit')).toEqual({ user: 'Ada', visits: 3 });
        await browser.post(old, '/sign-out');
        expect(await browser.get(next, '/')).toEqual({});
      }
    }
  });
});

describe('maxLifetime beside connect-redis 10', () => {
  test('counts on through what that reads and writes', async () => {
    const connection = createClient({ url: redis.url });
    await connection.connect();
    const theirs = new connectRedis10.RedisStore({ client: connection, prefix });
    await using old = await serve(theirs);
    await using app = await appWith({ maxLifetime: 60 });
    const browser = await signedIn(app);
    const key = `${prefix}${browser.sessionId}`;
    const born = async () => JSON.parse(String(await redis.raw('GET', key))).holdfastCreatedAt;
    const before = await born();
    expect(Math.abs(before - Date.now())).toBeLessThan(10_000);
    expect(await browser.post(old, '/visit')).toEqual({ user: 'Ada', visits: 2 });
    expect(Number(await redis.raw('PTTL', key))).toBeGreaterThan(60_000);
    expect(await born()).toBe(before);
    expect(await browser.post(app, '/visit')).toEqual({ user: 'Ada', visits: 3 });
    expect(await born()).toBe(before);
    expect(Number(await redis.raw('PTTL', key))).toBeLessThanOrEqual(60_000);
    await using short = await appWith({ maxLifetime: 1 });
    while (Date.now() <= before + 1000) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await browser.get(short, '/')).toEqual({});
    await connection.close();
  });
});
