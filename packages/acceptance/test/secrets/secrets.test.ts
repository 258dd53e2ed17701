import { randomBytes, randomUUID } from 'node:crypto';
import { encrypted, RedisStore, type StoreOptions } from '@holdfast/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import * as connectRedis10 from 'connect-redis-10';
import type { SessionData } from 'express-session';
import { createClient } from 'redis';
import { nodeRedis6 } from '../support/clients.ts';
import { recordRedis } from '../support/fuzz/recorded-redis.ts';
import { useClient, useRedis } from '../support/resources.ts';
import { Browser, type ServedApp, serve } from '../support/session-app.ts';

type Options = Partial<StoreOptions<SessionData>>;

const KEYS = [{ id: 'key', key: randomBytes(32) }];
const ALL: Options = {
  hashIds: true,
  serializer: encrypted({ keys: KEYS }),
  userId: ({ user }) => user,
  trackCount: true,
};

const redis = useRedis();
const client = useClient(nodeRedis6, redis);
let prefix: string;
beforeEach(() => {
  prefix = `secrets:${randomUUID()}:`;
});

const storeWith = (options: Options) =>
  new RedisStore({ client: client().redis, prefix, ...options });
const appWith = (options: Options): Promise<ServedApp> => serve(storeWith(options));

/** Reads every key that contains the test's prefix, with its content. */
async function dump(): Promise<Map<string, string[]>> {
  const dumped = new Map<string, string[]>();
  for (const key of (await redis().raw('KEYS', `*${prefix}*`)) as string[]) {
    const isSet = (await redis().raw('TYPE', key)) === 'zset';
    const held = isSet ? redis().raw('ZRANGE', key, '0', '-1') : redis().raw('GET', key);
    dumped.set(key, [await held].flat() as string[]);
  }
  return dumped;
}

/** Yields what a thief with this dump could try as a session id: each text, and the part after each colon. */
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

describe('a dump of Redis', () => {
  test('shows neither session ids nor the content of sessions', async () => {
    await using app = await appWith(ALL);
    const browser = await signedIn(app);
    const text = JSON.stringify([...(await dump())]);
    expect(browser.sessionId).toMatch(/^[\w-]{32}$/);
    expect(text).not.toContain(browser.sessionId);
    expect(text).not.toContain('visits');
    expect(text).toContain(storeWith(ALL).handleOf(browser.sessionId));
  });

  test.each([true, 'readPlain', 'writePlain'] as const)(
    'contains nothing that works as a session id with hashIds %s',
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

  test('contains a working session id if ids are not hashed, so the guesses are good ones', async () => {
    await using app = await appWith({ ...ALL, hashIds: false });
    const { sessionId } = await signedIn(app);
    const found = [...guesses(await dump())].filter((guess) => guess === sessionId);
    expect(found).not.toEqual([]);
    expect(await Browser.withSession(sessionId).get(app, '/')).toEqual({ user: 'Ada', visits: 1 });
  });
});

describe('someone who watches the commands of Redis', () => {
  test.each([true, 'readPlain'] as const)(
    'does not see the id of a live session with hashIds %s',
    async (hashIds) => {
      await using recorded = await recordRedis(redis().url);
      const watched = await nodeRedis6(recorded.url);
      await watched.connect();
      try {
        const store = new RedisStore({ client: watched.redis, prefix, ...ALL, hashIds });
        await using app = await serve(store);
        const browser = await signedIn(app);
        expect(await browser.get(app, '/')).toEqual({ user: 'Ada', visits: 1 });
        const commands = JSON.stringify(recorded.taken());
        expect(commands).toContain(store.handleOf(browser.sessionId));
        expect(commands).not.toContain(browser.sessionId);
      } finally {
        await watched.close();
      }
    },
  );
});

describe('an attacker who can write to Redis', () => {
  test('cannot give one user the session of another, or forge one', async () => {
    const store = storeWith(ALL);
    const warnings: string[] = [];
    store.on('warning', ({ code }) => warnings.push(code));
    await using app = await serve(store);
    const [ada, eve] = [await signedIn(app), await signedIn(app)];
    const keyOf = ({ sessionId }: Browser) => `${prefix}sha256:${store.handleOf(sessionId)}`;
    const stolen = String(await redis().raw('GET', keyOf(ada)));
    for (const value of [stolen, JSON.stringify({ user: 'Ada', cookie: {} }), '{']) {
      await redis().raw('SET', keyOf(eve), value);
      expect(await eve.get(app, '/')).toEqual({});
    }
    expect(warnings).toEqual(Array(3).fill('ERR_HOLDFAST_SEALED'));
    await eve.post(app, '/sign-in', { user: 'Eve' });
    expect(await eve.get(app, '/')).toEqual({ user: 'Eve', visits: 0 });
    expect(await ada.get(app, '/')).toEqual({ user: 'Ada', visits: 1 });
  });
});

/** The deployments that change how sessions are stored, in order. They also work in reverse order. */
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
    ['forth', forth],
    ['back', forth.toReversed()],
  ])('and %s, each step works beside the one before it', async (_direction, deployments) => {
    for (const [index, options] of deployments.entries()) {
      const before = deployments[index - 1];
      if (before === undefined) continue;
      await using old = await appWith(before);
      await using next = await appWith(options);
      // The last step cannot read what the step before it might write, so every session begins there.
      const isLast = index === deployments.length - 1;
      const apps = isLast ? [next, old] : [old, next];
      const browsers = [await signedIn(apps[0] ?? old)];
      if (!isLast) browsers.push(await signedIn(next));
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
  test('keeps the creation time of a session through reads and writes of connect-redis', async () => {
    const connection = createClient({ url: redis().url });
    await connection.connect();
    const theirs = new connectRedis10.RedisStore({ client: connection, prefix });
    await using old = await serve(theirs);
    await using app = await appWith({ maxLifetime: 60 });
    const begun = Date.now();
    const browser = await signedIn(app);
    const key = `${prefix}${browser.sessionId}`;
    const born = async () => JSON.parse(String(await redis().raw('GET', key))).holdfastCreatedAt;
    const before = await born();
    expect(before).toBeGreaterThanOrEqual(begun);
    expect(before).toBeLessThanOrEqual(Date.now());
    expect(await browser.post(old, '/visit')).toEqual({ user: 'Ada', visits: 2 });
    expect(Number(await redis().raw('PTTL', key))).toBeGreaterThan(60_000);
    expect(await born()).toBe(before);
    expect(await browser.post(app, '/visit')).toEqual({ user: 'Ada', visits: 3 });
    expect(await born()).toBe(before);
    expect(Number(await redis().raw('PTTL', key))).toBeLessThanOrEqual(60_000);
    await using short = await appWith({ maxLifetime: 1 });
    const stored = JSON.parse(String(await redis().raw('GET', key)));
    const older = JSON.stringify({ ...stored, holdfastCreatedAt: before - 1000 });
    await redis().raw('SET', key, older, 'PX', '60000');
    expect(await browser.get(short, '/')).toEqual({});
    await connection.close();
  });
});
