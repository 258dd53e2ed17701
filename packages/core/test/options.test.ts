import { describe, expect, test } from '@jest/globals';
import { Redis as Redis6 } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import * as redis6 from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import redisMock from 'redis-mock';
import { FastifyStore } from '../src/fastify.ts';
import { RedisStore, SessionRepository } from '../src/index.ts';
import { unreachableRedis } from './unreachable-redis.ts';

type Options = ConstructorParameters<typeof RedisStore>[0];

function made(options: object): () => RedisStore {
  return () => new RedisStore({ client: unreachableRedis, ...options } as Options);
}

function refusal(code: string, message: RegExp): unknown {
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}

const BAD: Record<string, unknown[]> = {
  prefix: [7, null, {}, () => 'sess:'],
  ttl: [0, -1, 1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, '60', null, true],
  scanCount: [0, -1, 1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, '100', null],
  disableTouch: ['true', 1, null],
  disableTTL: ['true', 1, null],
  serializer: [null, 'JSON', {}, { parse: JSON.parse }, { parse: 'parse', stringify: 'stringify' }],
  concurrency: ['', 'Merge', 'last-write-wins', true, 1, null, {}, () => 'merge'],
  conflicts: ['mine', true, null, { visits: 'sum' }, new Map()],
  userId: ['user', true, null, {}],
  maxPerUser: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null],
  timeoutMs: [0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, '2000', null],
  trackCount: ['true', 1, null],
  hashIds: ['true', 'readplain', 1, null, {}],
  maxLifetime: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '60', null, () => 60],
};

describe('an option', () => {
  for (const [name, values] of Object.entries(BAD)) {
    test.each(values)(`${name} of %p is rejected with its name and what was given`, (value) => {
      const shown = typeof value === 'object' && value !== null ? 'an object' : String(value);
      const refused = refusal(
        'ERR_HOLDFAST_INVALID_OPTION',
        new RegExp(`option ${name} of RedisStore must be`),
      );
      expect(made({ [name]: value })).toThrow(refused);
      if (typeof value !== 'function') expect(made({ [name]: value })).toThrow(shown);
    });
  }

  test('that does not exist is rejected with a list of those that do', () => {
    expect(made({ tll: 60 })).toThrow(
      refusal(
        'ERR_HOLDFAST_INVALID_OPTION',
        /RedisStore has no option tll\. Did you mean ttl\? Its options are client, prefix, ttl,/,
      ),
    );
  });

  test('that is undefined counts as absent', () => {
    const options = {
      prefix: undefined,
      ttl: undefined,
      serializer: undefined,
      scanCount: undefined,
      concurrency: undefined,
      conflicts: undefined,
      userId: undefined,
      maxPerUser: undefined,
      timeoutMs: undefined,
      trackCount: undefined,
      hashIds: undefined,
      maxLifetime: undefined,
    };
    expect(made(options)).not.toThrow();
  });

  test('maxPerUser needs the option userId', () => {
    const refused = refusal('ERR_HOLDFAST_INVALID_OPTION', /maxPerUser needs the option userId/);
    expect(made({ maxPerUser: 3 })).toThrow(refused);
    expect(made({ maxPerUser: 3, userId: () => undefined })).not.toThrow();
  });

  test.each([
    'h',
    'holdfast:',
    'holdfast:user:',
    'holdfast:user:sess:',
    'holdfast:all:',
    'holdfast:sess:',
    'holdfast:ended:',
    'holdfast:ended:{',
  ])('prefix must not be %j, which collides with other keys of this store or another', (prefix) => {
    const refused = refusal('ERR_HOLDFAST_INVALID_OPTION', /prefix must not be ".*"holdfast:/);
    for (const more of [{}, { rememberEnded: 0 }, { userId: () => 'ada' }]) {
      expect(made({ prefix, ...more })).toThrow(refused);
    }
  });

  test('prefix may be any other text', () => {
    const all = { userId: () => 'ada', trackCount: true, rememberEnded: 1 };
    for (const prefix of ['holdfast-', 'sess:', 'x', 'sess:holdfast:']) {
      expect(made({ prefix, ...all })).not.toThrow();
    }
  });

  test.each([
    ['userId', () => 'ada'],
    ['trackCount', true],
    ['rememberEnded', 60],
  ])('%s needs a prefix that is not empty', (name, value) => {
    const message = new RegExp(`The option ${name} needs a prefix that is not empty`);
    const refused = refusal('ERR_HOLDFAST_INVALID_OPTION', message);
    expect(made({ prefix: '', [name]: value })).toThrow(refused);
  });

  test('concurrency may be merge or overwrite, and conflicts a function with either', () => {
    const conflicts = () => undefined;
    for (const concurrency of ['merge', 'overwrite']) {
      expect(made({ concurrency })).not.toThrow();
      expect(made({ concurrency, conflicts })).not.toThrow();
    }
  });

  test('may have its smallest value', () => {
    expect(made({ prefix: '', ttl: 1, scanCount: 1 })).not.toThrow();
  });
});

describe('an option of another class', () => {
  const classes = { RedisStore, SessionRepository, FastifyStore };
  const owners: [name: string, value: unknown, accepted: (keyof typeof classes)[]][] = [
    ['disableTouch', true, ['RedisStore']],
    ['onOutage', 'skip', ['RedisStore']],
    ['touchAfter', 5, ['RedisStore', 'SessionRepository']],
    ['maxLifetime', 60, ['RedisStore', 'SessionRepository', 'FastifyStore']],
  ];

  test.each(owners)('%s is rejected as unknown where it does nothing', (name, value, accepted) => {
    for (const [owner, Class] of Object.entries(classes)) {
      const make = () => new Class({ client: unreachableRedis, [name]: value } as Options);
      if (accepted.some((each) => each === owner)) expect(make).not.toThrow();
      else {
        const message = new RegExp(`^${owner} has no option ${name}\\. Its options are `);
        expect(make).toThrow(refusal('ERR_HOLDFAST_INVALID_OPTION', message));
      }
    }
  });
});

describe('the option client', () => {
  const advice: [string, () => unknown, RegExp][] = [
    ['nothing', () => undefined, /but is undefined/],
    ['null', () => null, /but is null/],
    ['a URL', () => 'redis://localhost', /but is a string/],
    ['an empty object', () => ({}), /but is an object/],
    ['node-redis 4', () => redis4.createClient(), /fromNodeRedis.*@holdfast\/node-redis/],
    ['node-redis 5', () => redis5.createClient(), /fromNodeRedis.*@holdfast\/node-redis/],
    ['node-redis 6', () => redis6.createClient(), /fromNodeRedis.*@holdfast\/node-redis/],
    ['a node-redis 6 pool', () => redis6.createClientPool(), /fromNodeRedis/],
    ['a node-redis 4 cluster', () => redis4.createCluster({ rootNodes: [{}] }), /fromNodeRedis/],
    ['a node-redis 6 cluster', () => redis6.createCluster({ rootNodes: [{}] }), /fromNodeRedis/],
    ['node-redis 4 in legacy mode', () => redis4.createClient({ legacyMode: true }), /legacy mode/],
    ['node-redis 6 in legacy mode', () => redis6.createClient().legacy(), /legacy mode/],
    ['ioredis 5', () => new Redis5({ lazyConnect: true }), /fromIoredis.*@holdfast\/ioredis/],
    ['ioredis 6', () => new Redis6({ lazyConnect: true }), /fromIoredis.*@holdfast\/ioredis/],
    ['redis-mock', () => redisMock.createClient(), /fromRedisMock.*@holdfast\/redis-mock/],
    [
      'node_redis 3',
      () => ({ send_command() {}, internal_send_command() {} }),
      /upgrade the package redis/,
    ],
  ];

  test.each(advice)('of %s is rejected with advice', (_, client, message) => {
    expect(made({ client: client() })).toThrow(refusal('ERR_HOLDFAST_INVALID_CLIENT', message));
  });

  test('is required', () => {
    for (const options of [undefined, null, {}] as unknown as Options[]) {
      const refused = refusal('ERR_HOLDFAST_INVALID_CLIENT', /option client must be/);
      expect(() => new RedisStore(options)).toThrow(refused);
      expect(() => new SessionRepository(options)).toThrow(refused);
    }
  });
});
