import { describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { RedisStore } from '../src/index.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Person {
  id: number;
}

/** A session in which passport keeps a whole user, because `serializeUser` has passed it on. */
function signedIn(user: Person): SessionData {
  return { cookie: { originalMaxAge: null }, passport: { user } } as unknown as SessionData;
}

function personIn(session: object): Person | undefined {
  return Reflect.get(session, 'passport')?.user;
}

describe('a userId function that turns a whole user into text', () => {
  test('makes a sign-in fail, and does not end the session of another person', async () => {
    const store = new RedisStore({
      client: new MemoryRedis(),
      userId: (session) => personIn(session)?.toString(),
      maxPerUser: 3,
    });
    for (const id of [1, 2, 3, 4]) {
      await expect(store.set(`session ${id}`, signedIn({ id }))).rejects.toMatchObject({
        code: 'ERR_HOLDFAST_INVALID_USER_ID',
        message: expect.stringMatching(
          /^The userId function returned "\[object Object\]", .* Return the id alone, such as session\.passport\?\.user\?\.id\./,
        ),
      });
    }
  });

  test('works once it returns the id', async () => {
    const store = new RedisStore({
      client: new MemoryRedis(),
      userId: (session) => personIn(session)?.id.toString(),
      maxPerUser: 3,
    });
    for (const id of [1, 2, 3, 4]) await store.set(`session ${id}`, signedIn({ id }));
    expect((await store.ids()).length).toBe(4);
    expect(await store.listByUser('4')).toMatchObject([{ id: 'session 4' }]);
  });
});

describe('a text that JavaScript makes of a value that is not an id', () => {
  const texts = [{}, new Map(), undefined, null, Number.NaN].map(String);

  test.each(texts)('%s is not the id of a user', async (text) => {
    const store = new RedisStore({ client: new MemoryRedis(), userId: () => text });
    await expect(store.set('id', signedIn({ id: 1 }))).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_USER_ID',
      message: expect.stringContaining(`returned "${text}"`),
    });
  });

  test.each(texts)('%s has no sessions to list, count or end', async (text) => {
    const store = new RedisStore({ client: new MemoryRedis(), userId: () => 'ada' });
    const refusal = {
      code: 'ERR_HOLDFAST_INVALID_ARGUMENT',
      message: expect.stringContaining(`The user is "${text}"`),
    };
    await expect(store.listByUser(text)).rejects.toMatchObject(refusal);
    await expect(store.countByUser(text)).rejects.toMatchObject(refusal);
    await expect(store.destroyByUser(text)).rejects.toMatchObject(refusal);
  });

  test('is not taken for one that an id only contains', async () => {
    const users = ['null@example.com', 'undefined behavior', '[object]', 'nan'];
    for (const user of users) {
      const store = new RedisStore({ client: new MemoryRedis(), userId: () => user });
      await store.set('id', signedIn({ id: 1 }));
      expect(await store.countByUser(user)).toBe(1);
    }
  });
});

test('a whole user is refused with a hint at its id', async () => {
  const store = new RedisStore({
    client: new MemoryRedis(),
    userId: (session) => personIn(session) as unknown as string,
  });
  await expect(store.set('id', signedIn({ id: 1 }))).rejects.toThrow(
    /but returned an object\. Return the id alone, such as session\.passport\?\.user\?\.id\./,
  );
});

test.each([1, 1n])('a number is refused with a hint at its text: %p', async (id) => {
  const store = new RedisStore({
    client: new MemoryRedis(),
    userId: () => id as unknown as string,
  });
  await expect(store.set('id', signedIn({ id: 1 }))).rejects.toThrow(/Call its toString\(\)\./);
});

test('other values are refused without a hint', async () => {
  const store = new RedisStore({ client: new MemoryRedis(), userId: () => '' });
  await expect(store.set('id', signedIn({ id: 1 }))).rejects.toThrow(
    /but returned an empty string\. See/,
  );
});

test.each([undefined, null])('%p is the id of no user', async (id) => {
  const redis = new MemoryRedis();
  const store = new RedisStore({ client: redis, userId: () => id as undefined });
  await store.set('id', signedIn({ id: 1 }));
  expect([redis.texts.size, redis.sets.size]).toEqual([1, 0]);
});

test.each(['', '\ud800', 1, undefined])('no method takes %p for a user', async (user) => {
  const store = new RedisStore({ client: new MemoryRedis(), userId: () => 'ada' });
  for (const method of ['listByUser', 'countByUser', 'destroyByUser'] as const) {
    await expect(store[method](user as string)).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_INVALID_ARGUMENT',
      message: expect.stringMatching(/^The user must be a non-empty, well-formed string/),
    });
  }
});
