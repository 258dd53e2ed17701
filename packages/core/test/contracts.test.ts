import { describe, expect, test } from '@jest/globals';
import { explained } from '../src/redis/server-errors.ts';
import { SessionRepository } from '../src/repository.ts';
import { unused } from './stub.ts';

const TIMEOUT_MS = 50;
const never = () => new Promise<never>(() => {});
const text = '{"cookie":{}}';
const cookie = {};

describe('a session id, user or prefix with half a surrogate pair', () => {
  test('is refused, as UTF-8 makes the same key of all of them', async () => {
    const store = new SessionRepository({ client: unused, userId: () => '\udc00' });
    const code = 'ERR_HOLDFAST_INVALID_ARGUMENT';
    await expect(store.load('\ud800')).rejects.toMatchObject({ code });
    await expect(store.listByUser('\ud800')).rejects.toMatchObject({ code });
    await expect(store.save('id', { cookie })).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_USER_ID',
    });
    expect(() => new SessionRepository({ client: unused, prefix: '\ud800' })).toThrow(
      expect.objectContaining({ code: 'ERR_HOLDFAST_INVALID_OPTION' }),
    );
  });
});

describe('a serializer whose promise never settles', () => {
  test('is waited for no longer than the time limit', async () => {
    const client = { ...unused, get: async () => text };
    const serializer = { parse: never, stringify: never };
    const store = new SessionRepository<object>({ client, serializer, timeoutMs: TIMEOUT_MS });
    const code = 'ERR_HOLDFAST_TIMEOUT';
    await expect(store.load('id')).rejects.toMatchObject({ code });
    await expect(store.save('id', { cookie })).rejects.toMatchObject({ code });
  });
});

describe('a client that keeps to no contract', () => {
  test('that throws, or answers no promise, is one that failed, or answered', async () => {
    const thrown = new Error('thrown');
    const throwing = () => {
      throw thrown;
    };
    const failing = new SessionRepository({ client: { ...unused, get: throwing } });
    await expect(failing.load('id')).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_UNAVAILABLE',
      cause: thrown,
    });
    const get = (() => null) as unknown as typeof unused.get;
    expect(await new SessionRepository({ client: { ...unused, get } }).load('id')).toBeNull();
  });

  test('that rejects with what cannot be looked at is away', () => {
    const thrower = () => {
      throw undefined;
    };
    const error = new Proxy({}, { getPrototypeOf: thrower });
    expect(explained(error)).toMatchObject({ code: 'ERR_HOLDFAST_UNAVAILABLE' });
  });

  test('that scans for more than was asked has nothing of it removed', async () => {
    const removed: string[] = [];
    const client = {
      ...unused,
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

  test('that scans for a promise is not waited for', async () => {
    const next = async () => ({ done: false as const, value: never() as never });
    const client = { ...unused, scan: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
    await expect(new SessionRepository({ client }).ids()).rejects.toThrow(TypeError);
  });
});

describe('an expiry that cannot be looked at', () => {
  test.each([Symbol('expires'), Object.create(Date.prototype)])('is refused', async (expires) => {
    const store = new SessionRepository({ client: unused });
    await expect(store.touch('id', { cookie: { expires } })).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_EXPIRES',
    });
  });
});

describe('a serializer that fails at once for one text and later for another', () => {
  test('leaves no rejection to nobody while it merges', async () => {
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
      ...unused,
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
