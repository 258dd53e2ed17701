import { describe, expect, test } from '@jest/globals';
import { explainError } from '../src/redis/server-errors.ts';
import { SessionRepository } from '../src/repository.ts';
import { unreachableRedis } from './unreachable-redis.ts';

const TIMEOUT_MS = 50;
const never = () => new Promise<never>(() => {});
const text = '{"cookie":{}}';
const cookie = {};

describe('a session id, user or prefix with a lone surrogate', () => {
  test('is rejected, because UTF-8 makes the same key of all of them', async () => {
    const store = new SessionRepository({ client: unreachableRedis, userId: () => '\udc00' });
    const code = 'ERR_HOLDFAST_INVALID_ARGUMENT';
    await expect(store.load('\ud800')).rejects.toMatchObject({ code });
    await expect(store.listByUser('\ud800')).rejects.toMatchObject({ code });
    await expect(store.save('id', { cookie })).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_USER_ID',
    });
    expect(() => new SessionRepository({ client: unreachableRedis, prefix: '\ud800' })).toThrow(
      expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_OPTION' }),
    );
  });
});

describe('a serializer whose promise never settles', () => {
  test('fails the operation at the time limit', async () => {
    const client = { ...unreachableRedis, get: async () => text };
    const serializer = { parse: never, stringify: never };
    const store = new SessionRepository<object>({ client, serializer, timeoutMs: TIMEOUT_MS });
    const code = 'ERR_HOLDFAST_TIMEOUT';
    await expect(store.load('id')).rejects.toMatchObject({ code });
    await expect(store.save('id', { cookie })).rejects.toMatchObject({ code });
  });
});

describe('a client that breaks the contract', () => {
  test('by throwing or by returning a value that is no promise is handled like any other', async () => {
    const thrown = new Error('thrown');
    const throwing = () => {
      throw thrown;
    };
    const failing = new SessionRepository({ client: { ...unreachableRedis, get: throwing } });
    await expect(failing.load('id')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
      cause: thrown,
    });
    const get = (() => null) as unknown as typeof unreachableRedis.get;
    expect(
      await new SessionRepository({ client: { ...unreachableRedis, get } }).load('id'),
    ).toBeNull();
  });

  test('by rejecting with an object that cannot be inspected counts as unavailable', () => {
    const thrower = () => {
      throw undefined;
    };
    const error = new Proxy({}, { getPrototypeOf: thrower });
    expect(explainError(error, 'sess:')).toMatchObject({ code: 'ERR_HOLDFAST_UNAVAILABLE' });
  });

  test('by returning keys without the prefix does not lose them to clear', async () => {
    const removed: string[] = [];
    const client = {
      ...unreachableRedis,
      async *scan() {
        yield ['foreign', 'sess:id'];
      },
      async del(keys: readonly string[]) {
        removed.push(...keys);
        return keys.length;
      },
    };
    await new SessionRepository({ client }).clear();
    expect(removed).toEqual(['sess:id']);
  });

  test('by scanning for a promise fails the scan', async () => {
    const next = async () => ({ done: false as const, value: never() as never });
    const client = {
      ...unreachableRedis,
      scan: () => ({ [Symbol.asyncIterator]: () => ({ next }) }),
    };
    await expect(new SessionRepository({ client }).ids()).rejects.toThrow(TypeError);
  });
});

describe('an argument that is not accepted', () => {
  const sessions = new SessionRepository({ client: unreachableRedis, userId: () => 'ada' });
  const page = 'an object with offset and limit';
  const calls: [argument: string, says: string, call: () => Promise<unknown>][] = [
    ['null for a page', `${page}, but is null`, () => sessions.listByUser('ada', null as never)],
    ['a text for a page', page, () => sessions.listByUser('ada', '1' as never)],
    ['an unknown field', 'field form', () => sessions.listByUser('ada', { form: 1 } as never)],
    ['null for options', 'with except', () => sessions.destroyByUser('ada', null as never)],
    [
      'a misspelled option',
      'excpet',
      () => sessions.destroyByUser('ada', { excpet: 'id' } as never),
    ],
    ['no function', 'must be a function', () => sessions.update('id', {} as never)],
  ];

  test.each(calls)('rejects, and says what is: %s', async (_, says, call) => {
    await expect(call()).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_ARGUMENT',
      message: expect.stringContaining(says),
    });
  });
});

describe('an error of another copy of this package', () => {
  test('keeps its code', () => {
    const foreign = Object.assign(new Error('The key holds no session.'), {
      name: 'HoldfastError',
      code: 'ERR_HOLDFAST_CORRUPT',
    });
    expect(explainError(foreign, 'sess:')).toBe(foreign);
  });
});

describe('an expiry that cannot be inspected', () => {
  test.each([Symbol('expires'), Object.create(Date.prototype)])('is rejected', async (expires) => {
    const store = new SessionRepository({ client: unreachableRedis });
    await expect(store.touch('id', { cookie: { expires } })).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_EXPIRES',
    });
  });
});

describe('a serializer that throws for one text and rejects for another', () => {
  test('leaves no unhandled rejection during a merge', async () => {
    const texts = ['{"cookie":{},"theirs":1}', text];
    let isMerging = false;
    const serializer = {
      parse(read: string) {
        if (!isMerging) return JSON.parse(read);
        if (read === text) return Promise.reject(new Error('later'));
        throw new Error('at once');
      },
      stringify: JSON.stringify,
    };
    const client = {
      ...unreachableRedis,
      get: async () => text,
      compareAndSet: async () => texts.shift() ?? null,
    };
    const store = new SessionRepository<object>({ client, serializer });
    const session = (await store.load('id')) ?? {};
    isMerging = true;
    await expect(store.save('id', Object.assign(session, { mine: 1 }))).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_CORRUPT',
    });
    await new Promise((resolve) => setImmediate(resolve));
  });
});
