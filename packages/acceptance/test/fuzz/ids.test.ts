import { randomUUID } from 'node:crypto';
import { type RedisLike, RedisStore } from '@holdfast/core';
import { fromIoredis } from '@holdfast/ioredis';
import { fromNodeRedis } from '@holdfast/node-redis';
import { fromRedisMock } from '@holdfast/redis-mock';
import { sized } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { SessionData } from 'express-session';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import redisMock from 'redis-mock';
import { fuzz } from '../support/fuzz/fuzz.ts';
import { codeOf, outcomeOf, outcomeOfPromise } from '../support/fuzz/outcome.ts';
import { type Command, keysOf, recordRedis } from '../support/fuzz/recorded-redis.ts';
import { useRedis } from '../support/resources.ts';
import { sessionOf } from '../support/sessions.ts';

const server = useRedis();

/** Makes a prefix for one case, with every character that has a meaning in a pattern. */
const newPrefix = () => `ids-*[a]?\\^-${randomUUID()}:`;

interface Recorded {
  client: RedisLike;
  taken(): Command[];
  close(): Promise<void>;
}

const clients: Record<string, () => Promise<Recorded>> = {
  async 'node-redis'() {
    const recorded = await recordRedis(server().url);
    const client = createClient({ url: recorded.url });
    client.on('error', () => {});
    await client.connect();
    const close = async () => {
      client.destroy();
      await recorded[Symbol.asyncDispose]();
    };
    return { client: fromNodeRedis(client), taken: recorded.taken, close };
  },

  async ioredis() {
    const recorded = await recordRedis(server().url);
    const client = new Redis(recorded.url);
    await client.ping();
    const close = async () => {
      client.disconnect();
      await recorded[Symbol.asyncDispose]();
    };
    return { client: fromIoredis(client), taken: recorded.taken, close };
  },

  async 'redis-mock'() {
    let commands: Command[] = [];
    const client = new Proxy(redisMock.createClient(), {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (typeof method !== 'function' || name === 'keys') return method;
        return (...args: unknown[]) => {
          commands.push([String(name).toUpperCase(), ...[args[0]].flat().map(String)]);
          return method.apply(target, args);
        };
      },
    });
    const taken = () => {
      const before = commands;
      commands = [];
      return before;
    };
    return { client: fromRedisMock(client), taken, close: async () => {} };
  },
};

/** Texts with a meaning in a protocol, a pattern, the name of a key, an object, or an encoding. */
const PIECES = [
  '*?[a]^-\\',
  '\0',
  '\r\n',
  '*1\r\n$8\r\nFLUSHALL\r\n',
  '{tag}',
  ':',
  'sess:',
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
  '😀',
  '\ud800',
  '\udc00',
  '\ufffd',
  '\ufeff',
];

const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 5 }));
const text = fc.oneof(
  { weight: 8, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.nat({ max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.nat({ max: 100_000 }))
      .map(([one, length]) => one.repeat(length).slice(0, length)),
  },
);
const nearly = fc.constantFrom<(text: string) => string>(
  (one) => `${one}\0`,
  (one) => `${one}\r\n`,
  (one) => one.replaceAll(/[\ud800-\udfff]/g, '\ufffd'),
  (one) => one.normalize('NFC'),
  (one) => one.toLowerCase(),
  (one) => one.slice(0, -1),
);
/** Two different ids, often with a very small difference. */
const twoIds = fc
  .oneof(
    fc.tuple(text, text),
    fc.tuple(text, nearly).map(([one, change]): [string, string] => [one, change(one)]),
  )
  .filter(([one, other]) => one !== other);

function isWellFormed(id: string): boolean {
  return id !== '' && id === Buffer.from(id).toString();
}

const session = (user: string) => sessionOf({ user });

describe.each(Object.entries(clients))('with %s,', (name, open) => {
  let recorded: Recorded;

  beforeAll(async () => {
    recorded = await open();
  });
  afterAll(() => recorded.close());

  function newStore(prefix: string): RedisStore {
    recorded.taken();
    return new RedisStore({
      client: recorded.client,
      prefix,
      userId: (stored) => Reflect.get(stored, 'user'),
      trackCount: true,
    });
  }

  function expectOwnKeys(prefix: string): void {
    const begins = [
      '',
      'holdfast:user:',
      'holdfast:all:',
      'holdfast:ended:',
      'holdfast:ended:{',
    ].map((begin) => begin + prefix);
    const pattern = `${prefix.replace(/[*?[\]^\\-]/g, '\\$&')}*`;
    for (const command of recorded.taken()) {
      if (command[0] === 'SCAN') expect(command[3]).toBe(pattern);
      else {
        for (const key of keysOf(command)) {
          const isOwn = begins.some((begin) => key.startsWith(begin));
          if (!isOwn) throw new Error(`A key outside of the prefix: ${JSON.stringify(command)}`);
        }
      }
    }
  }

  async function expectRefused(store: RedisStore, id: string): Promise<void> {
    const outcomes = await Promise.all([
      outcomeOf<SessionData | null>((callback) => store.get(id, callback)),
      outcomeOf((callback) => store.set(id, session('ada'), callback)),
      outcomeOf((callback) => store.touch(id, session('ada'), callback)),
      outcomeOf((callback) => store.destroy(id, callback)),
      outcomeOfPromise(() => store.update(id, () => {})),
      outcomeOfPromise(() => store.destroyByUser('ada', { except: id })),
    ]);
    for (const { error } of outcomes) expect(codeOf(error)).toBe('ERR_HOLDFAST_INVALID_ARGUMENT');
    expect(recorded.taken()).toEqual([]);
  }

  fuzz(
    `two ids are two sessions, or rejected, with ${name}`,
    { cases: sized(40, 350) },
    twoIds,
    async (ids) => {
      const prefix = newPrefix();
      const store = newStore(prefix);
      for (const id of ids) if (!isWellFormed(id)) await expectRefused(store, id);
      const good = ids.filter(isWellFormed);
      for (const id of good) await store.set(id, session(`user of ${id}`));
      expect((await store.ids()).sort()).toEqual([...good].sort());
      for (const id of good) {
        expect(await store.get(id)).toMatchObject({ user: `user of ${id}` });
        await store.touch(id, session(`user of ${id}`));
        expect(await store.listByUser(`user of ${id}`)).toMatchObject([{ id }]);
        await store.destroy(id);
        expect(await store.get(id)).toBeNull();
      }
      expect(await store.ids()).toEqual([]);
      expectOwnKeys(prefix);
    },
  );

  fuzz(
    `two users have sessions of their own, or are rejected, with ${name}`,
    { cases: sized(30, 200) },
    twoIds,
    async (users) => {
      const prefix = newPrefix();
      const store = newStore(prefix);
      for (const [number, user] of users.entries()) {
        const { error } = await outcomeOfPromise(() => store.set(`id ${number}`, session(user)));
        expect(codeOf(error)).toBe(isWellFormed(user) ? undefined : 'ERR_HOLDFAST_INVALID_USER_ID');
      }
      const good = users.filter(isWellFormed);
      for (const user of good) {
        expect(await store.destroyByUser(user)).toBe(1);
      }
      expect(await store.ids()).toEqual([]);
      expectOwnKeys(prefix);
    },
  );
});

fuzz(
  'a value that is not an id is rejected',
  { cases: 300 },
  fc.anything({ withDate: true }),
  async (id) => {
    if (typeof id === 'string') return;
    const store = new RedisStore({ client: fromRedisMock(redisMock.createClient()) });
    const { error } = await outcomeOfPromise(() => store.get(id as string));
    expect(codeOf(error)).toBe('ERR_HOLDFAST_INVALID_ARGUMENT');
  },
);
