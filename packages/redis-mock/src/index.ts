import {
  markerInSlotOf,
  type RedisLike,
  requireClient,
  scoredMembers,
} from '@holdfast/core/adapter';
import { decodeName, encodeName } from './names.ts';

type Done<Reply> = (error: Error | null, reply: Reply) => void;

/** The subset of redis-mock 0.56 that the adapter needs. */
export interface RedisMockClient {
  get(key: string, done: Done<string | null>): unknown;
  set(key: string, value: string, done: Done<unknown>): unknown;
  set(key: string, value: string, px: 'PX', ms: number, done: Done<unknown>): unknown;
  persist(key: string): unknown;
  pexpire(key: string, ms: number, done: Done<number>): unknown;
  del(keys: string[], done: Done<number>): unknown;
  keys(pattern: string, done: Done<string[]>): unknown;
  exists(key: string, done: Done<number>): unknown;
  pttl(key: string, done: Done<number>): unknown;
  zadd(key: string, score: number, member: string, done: Done<number>): unknown;
  zrem(key: string, members: string[], done: Done<number>): unknown;
  zcard(key: string, done: Done<number>): unknown;
  zcount(key: string, min: number, max: number, done: Done<number>): unknown;
  zscore(key: string, member: string, done: Done<string | null>): unknown;
  zrangebyscore(
    key: string,
    min: number,
    max: number,
    withScores: 'WITHSCORES',
    done: Done<string[]>,
  ): unknown;
}

/**
 * Wraps a client of redis-mock 0.56: a Redis in the memory of this process, for a first look and for tests. Its data ends with
 * the process, and all clients of a process share it. A TTL of more than 24.8 days, the limit of redis-mock, becomes 24.8
 * days.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`
 */
export function fromRedisMock(client: RedisMockClient): RedisLike {
  requireClient(client, 'redis-mock');

  const get = (key: string) => reply<string | null>((done) => client.get(encodeName(key), done));

  const set = async (key: string, value: string, ttlMs?: number) => {
    const name = encodeName(key);
    // Stops the timer of the previous value, which would delete this one.
    client.persist(name);
    await reply((done) =>
      ttlMs === undefined
        ? client.set(name, value, done)
        : client.set(name, value, 'PX', ttlMs, done),
    );
  };

  const del = async (keys: readonly string[]) => {
    const names = keys.map(encodeName);
    for (const name of names) client.persist(name);
    return names.length === 0 ? 0 : reply<number>((done) => client.del(names, done));
  };

  // Its sorted-set commands create an empty set for a missing key, and keep a set that becomes empty.
  const exists = async (name: string) =>
    (await reply<number>((done) => client.exists(name, done))) === 1;

  return {
    isOrdered: true,

    get,

    set: (key, value, ttlMs) => oneAtATime(() => set(key, value, ttlMs)),

    compareAndSet: (key, expected, value, ttlMs) =>
      oneAtATime(async () => {
        const held = await get(key);
        if (held === expected) await set(key, value, ttlMs);
        return held;
      }),

    markerOf: (key) => markerInSlotOf(key),

    setUnlessMarked: (key, value, ttlMs) =>
      oneAtATime(async () => {
        const marked = await get(markerInSlotOf(key));
        if (marked === null) await set(key, value, ttlMs);
        return marked;
      }),

    delAndMark: (key, text, ttlMs) =>
      oneAtATime(async () => {
        await set(markerInSlotOf(key), text, ttlMs);
        return (await del([key])) === 1;
      }),

    pexpire: async (key, ttlMs) =>
      (await reply<number>((done) => client.pexpire(encodeName(key), ttlMs, done))) === 1,

    del: (keys) => oneAtATime(() => del(keys)),

    // Its MGET fails completely if one key is of another type.
    mget: (keys) => Promise.all(keys.map((key) => get(key).catch(nullOfWrongType))),

    // The cursor of its SCAN is a position, so it skips a key after another one was deleted between two steps.
    async *scan(match, count) {
      const pattern = encodeName(match).replace(/\\(.)/g, unescapedCaret);
      const names = await reply<string[]>((done) => client.keys(pattern, done));
      for (let start = 0; start < names.length; start += count) {
        yield names.slice(start, start + count).map(decodeName);
      }
    },

    zaddExtendingTtl: (key, score, member, ttlMs) =>
      oneAtATime(async () => {
        const name = encodeName(key);
        // Its ZADD accepts a key of another type. ZCARD does not.
        const isNew = (await reply<number>((done) => client.zcard(name, done))) === 0;
        const left = await reply<number>((done) => client.pttl(name, done));
        await reply<number>((done) => client.zadd(name, score, encodeName(member), done));
        if (isNew || (left !== -1 && left < ttlMs)) {
          await reply<number>((done) => client.pexpire(name, ttlMs, done));
        }
      }),

    zrem: (key, members) =>
      oneAtATime(async () => {
        const name = encodeName(key);
        if (members.length === 0 || !(await exists(name))) return 0;
        const removed = await reply<number>((done) =>
          client.zrem(name, members.map(encodeName), done),
        );
        if ((await reply<number>((done) => client.zcard(name, done))) === 0) await del([key]);
        return removed;
      }),

    // Its LIMIT treats an offset of 0 as no limit.
    zrangeByScore: (key, min, max, offset, limit) =>
      oneAtATime(async () => {
        const name = encodeName(key);
        if (!(await exists(name))) return [];
        const found = await reply<string[]>((done) =>
          client.zrangebyscore(name, min, max, 'WITHSCORES', done),
        );
        return scoredMembers(found)
          .slice(offset, offset + limit)
          .map(({ member, score }) => ({ member: decodeName(member), score }));
      }),

    zcount: (key, min, max) =>
      oneAtATime(async () => {
        const name = encodeName(key);
        return (await exists(name))
          ? reply<number>((done) => client.zcount(name, min, max, done))
          : 0;
      }),

    zscore: (key, member) =>
      oneAtATime(async () => {
        const name = encodeName(key);
        if (!(await exists(name))) return null;
        const score = await reply<string | null>((done) =>
          client.zscore(name, encodeName(member), done),
        );
        return score === null ? null : Number(score);
      }),

    // It has no limit of its memory.
    info: async () => ['maxmemory:0\r\n'],
  };
}

function reply<Reply>(send: (done: Done<Reply>) => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    send((error, value) => (error ? reject(error) : resolve(value)));
  });
}

function nullOfWrongType(error: Error): null {
  if (error.message.startsWith('WRONGTYPE')) return null;
  throw error;
}

/** Its KEYS escapes carets by itself, so an escaped caret would match the wrong keys. */
function unescapedCaret(escaped: string, character: string): string {
  return character === '^' ? '^' : escaped;
}

let last: Promise<unknown> = Promise.resolve();

/** Runs operations of several commands one after the other, for all clients, because they share their data and redis-mock has no scripts. */
function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}
