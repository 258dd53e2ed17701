import { describe, expect, jest, test } from '@jest/globals';
import { Redis as Upstash } from '@upstash/redis';
import { Redis as Redis6 } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import redisMock from 'redis-mock';
import { requireClient } from '../src/adapter-kit/client-detection.ts';
import { FastifyStore } from '../src/fastify.ts';
import { encrypted, RedisStore, SessionRepository } from '../src/index.ts';
import { explainError } from '../src/redis/server-errors.ts';
import { MemoryRedis } from './memory-redis.ts';
import { unreachableRedis } from './unreachable-redis.ts';

const client = new MemoryRedis();

/** Returns the message of what a function throws. */
function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

const made = (options: unknown) => messageOf(() => new RedisStore(options as never));

const upstash = () => new Upstash({ url: 'https://example.upstash.io', token: 'token' });
const ioredis = () => new Redis6({ lazyConnect: true });
// It has no types of its own.
const ioredisMock = () => new (require('ioredis-mock'))();
/** valkey-glide needs a binary for each platform. These are methods of its clients. */
const glide = () => ({ get() {}, mget() {}, exec() {}, customCommand() {}, invokeScript() {} });

const RIGHT = 'new RedisStore({ client: fromNodeRedis(client) })';

describe('what is given to RedisStore in place of options', () => {
  const given: [what: string, options: () => unknown, says: string[]][] = [
    [
      'a client',
      () => redis6.createClient(),
      ['This is a client of node-redis', RIGHT, '@holdfast/node-redis'],
    ],
    [
      'a client of ioredis',
      () => ioredis(),
      [
        'a client of ioredis',
        'new RedisStore({ client: fromIoredis(client) })',
        '@holdfast/ioredis',
      ],
    ],
    ['a wrapped client', () => client, ['the wrapped client itself', RIGHT]],
    ['a promise', () => Promise.resolve(client), ['a promise', 'Await it']],
    ['a URL', () => 'redis://localhost', ['a string', RIGHT]],
    ['a function, as with connect-redis 3', () => () => {}, ['a function', RIGHT]],
    ['client of upstash', () => upstash(), ['@upstash/redis', 'docs/writing-an-adapter.md']],
  ];

  test.each(given)('%s is named, with what to write instead', (_, options, says) => {
    const message = made(options());
    expect(message).toMatch(/^RedisStore takes an object with options, but was given /);
    for (const part of says) expect(message).toContain(part);
  });

  test('is described for the class that was called', () => {
    const construct = () => new SessionRepository(client as never);
    expect(messageOf(construct)).toContain(
      'new SessionRepository({ client: fromNodeRedis(client) })',
    );
    expect(messageOf(() => new FastifyStore(client as never))).toContain(
      'new FastifyStore({ client:',
    );
  });
});

describe('options without client', () => {
  test.each(['redisClient', 'redis', 'Client', 'connection', 'anything'])(
    'whose client is called %s are refused with the right name',
    (name) => {
      for (const value of [client, redis6.createClient()]) {
        expect(made({ [name]: value })).toBe(
          `The client must be under the name client, but is under ${name}: write ${RIGHT}. See docs/errors.md#err_holdfast_invalid_client`,
        );
      }
    },
  );

  test.each([{ host: 'localhost', port: 6379 }, { url: 'redis://localhost' }, { socket: {} }])(
    'that are those of a connection (%j) are refused with the way to connect',
    (options) => {
      const [name] = Object.keys(options);
      const message = made(options);
      expect(message).toContain(
        `RedisStore does not connect to Redis, so it has no option ${name}.`,
      );
      expect(message).toContain(`create the client with it, connect it, and write ${RIGHT}`);
      expect(made({ client, ...options })).toContain(`so it has no option ${name}.`);
    },
  );
});

describe('the option client', () => {
  const given: [what: string, value: () => unknown, says: string[]][] = [
    [
      'a promise of a client',
      () => Promise.resolve(redis6.createClient()),
      ['is a promise', 'Await it'],
    ],
    [
      'a transaction of node-redis 4',
      () => redis4.createClient().multi(),
      ['a pipeline or transaction'],
    ],
    [
      'a transaction of node-redis 5',
      () => redis5.createClient().multi(),
      ['a pipeline or transaction'],
    ],
    [
      'a transaction of node-redis 6',
      () => redis6.createClient().multi(),
      ['a pipeline or transaction'],
    ],
    ['a pipeline of ioredis', () => ioredis().pipeline(), ['a pipeline or transaction']],
    [
      'a transaction of ioredis 5',
      () => new Redis5({ lazyConnect: true }).multi(),
      ['a pipeline or transaction'],
    ],
    [
      'a transaction of redis-mock',
      () => redisMock.createClient().multi(),
      ['a pipeline or transaction'],
    ],
    ['a pipeline of Upstash', () => upstash().pipeline(), ['a pipeline or transaction']],
    [
      'ioredis-mock',
      () => ioredisMock(),
      ['ioredis-mock', 'fromRedisMock(client)', '@holdfast/redis-mock'],
    ],
    ['valkey-glide', () => glide(), ['valkey-glide', 'docs/writing-an-adapter.md']],
    ['Upstash', () => upstash(), ['@upstash/redis', 'docs/writing-an-adapter.md']],
  ];

  test.each(given)('of %s is refused with what it is and what to write', (_, value, says) => {
    const message = made({ client: value() });
    for (const part of says) expect(message).toContain(part);
  });

  test.each(given)('is refused by an adapter in the same way if it is %s', (_, value, says) => {
    for (const expected of ['ioredis', 'node-redis', 'redis-mock'] as const) {
      const message = messageOf(() => requireClient(value(), expected));
      for (const part of says) expect(message).toContain(part);
    }
  });

  test('is refused by an adapter if an adapter has wrapped it already', () => {
    expect(messageOf(() => requireClient(client, 'ioredis'))).toContain('is wrapped already');
  });
});

describe('a misspelled name', () => {
  test.each([
    ['prefxi', 'prefix'],
    ['Prefix', 'prefix'],
    ['tll', 'ttl'],
    ['disableTtl', 'disableTTL'],
    ['userID', 'userId'],
    ['timeout', 'timeoutMs'],
    ['scancount', 'scanCount'],
    ['maxPerUsers', 'maxPerUser'],
    ['serialiser', 'serializer'],
  ])('%s of an option is met with %s', (wrong, right) => {
    expect(made({ client, [wrong]: 1 })).toMatch(
      new RegExp(`^RedisStore has no option ${wrong}\\. Did you mean ${right}\\?`),
    );
  });

  test('that is like none is met with the list alone', () => {
    expect(made({ client, colour: 1 })).toMatch(
      /^RedisStore has no option colour\. Its options are /,
    );
  });

  test('of an option of encrypted, of a page, and of except is met as well', async () => {
    const keys = [{ id: 'a', key: Buffer.alloc(32) }];
    expect(messageOf(() => encrypted({ keys, readPlian: true } as never))).toContain(
      'Did you mean readPlain?',
    );
    const store = new RedisStore({ client, userId: () => 'ada' });
    await expect(store.listByUser('ada', { ofset: 1 } as never)).rejects.toThrow('offset');
    await expect(store.destroyByUser('ada', { excpet: 'id' } as never)).rejects.toThrow('except');
  });
});

describe('a wrong encryption key', () => {
  const id = '2026-11';
  const wrong: [keys: unknown, says: string][] = [
    [[{ id, key: '' }], 'keys[0].key is an empty string'],
    [[{ id, key: undefined }], 'keys[0].key is undefined'],
    [
      [
        { id, key: Buffer.alloc(32) },
        { id: 'old', key: 'secret' },
      ],
      'keys[1].key is a string of 6 characters',
    ],
    [[{ id, key: Buffer.alloc(16) }], 'keys[0].key has 16 bytes'],
    [[{ id: 'not a word', key: Buffer.alloc(32) }], 'keys[0].id is a string that has'],
    [[{ key: Buffer.alloc(32) }], 'keys[0].id is undefined'],
    [['secret'], 'keys[0] is a string'],
    [[], 'it is an empty list'],
    [undefined, 'it is undefined'],
    [{ id, key: Buffer.alloc(32) }, 'it is an object'],
  ];

  test.each(wrong)('of %j is named, and never shown', (keys, says) => {
    const message = messageOf(() => encrypted({ keys: keys as never }));
    expect(message).toContain(`, but ${says}`);
    expect(message).not.toMatch(/secret|not a word|an array/);
    expect(message).toContain('openssl rand -base64 32');
  });
});

describe('an option in seconds of more than a year', () => {
  const YEAR = 365 * 24 * 60 * 60;

  function warnings(options: object): unknown[] {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    try {
      new RedisStore({ client, ...options });
      return emit.mock.calls.map(([message]) => message);
    } finally {
      emit.mockRestore();
    }
  }

  test.each(['ttl', 'maxLifetime', 'rememberEnded', 'touchAfter'])(
    '%s causes a warning',
    (name) => {
      expect(warnings({ [name]: 30 * 24 * 3_600_000 })).toEqual([
        `The option ${name} of RedisStore is in seconds: 2592000000 seconds are 30,000 days. If you meant milliseconds, write 2592000.`,
      ]);
      expect(warnings({ [name]: YEAR })).toEqual([]);
    },
  );
});

test('an operation that takes too long names connect()', async () => {
  const get = () => new Promise<never>(() => {});
  const sessions = new SessionRepository({ client: { ...unreachableRedis, get }, timeoutMs: 1 });
  await expect(sessions.load('id')).rejects.toThrow(/has called client\.connect\(\)/);
});

describe('an error of Redis', () => {
  test('that forbids a key names the prefix of the store', () => {
    const cause = new Error('NOPERM No permissions to access a key');
    const { message } = explainError(cause, 'app:sess:') as Error;
    expect(message).toContain('~app:sess:*');
    expect(message).not.toContain('~sess:*');
    const { message: ofAll } = explainError(new Error(cause.message), '') as Error;
    expect(ofAll).toContain('~*');
  });
});

describe('a store that koa-session calls', () => {
  const store = new RedisStore({ client });
  const context = { ctx: {}, rolling: false };
  const calls: [name: string, call: () => unknown][] = [
    ['get', () => Reflect.apply(store.get, store, ['id', 86_400_000, context])],
    ['set', () => Reflect.apply(store.set, store, ['id', { cookie: {} }, 86_400_000, context])],
    ['destroy', () => Reflect.apply(store.destroy, store, ['id', context])],
  ];

  test.each(calls)('says in %s which class is for Koa', (_, call) => {
    expect(messageOf(call)).toMatch(
      /^koa-session .* For Koa, use SessionRepository from @holdfast\/core\/repository\./,
    );
  });

  test('says nothing of Koa to others', () => {
    const message = messageOf(() => store.get('id', 'done' as never));
    expect(message).toMatch(/^The callback must be a function/);
    expect(message).not.toContain('oa');
  });
});
