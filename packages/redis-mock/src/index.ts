import { type RedisLike, requireRawClient } from '@holdfast/core/adapter';

type Done<Reply> = (error: Error | null, reply: Reply) => void;

/** What the adapter uses of a client of redis-mock 0.56. */
export interface RedisMockClient {
  get(key: string, done: Done<string | null>): unknown;
  set(key: string, value: string, done: Done<unknown>): unknown;
  set(key: string, value: string, px: 'PX', ms: number, done: Done<unknown>): unknown;
  persist(key: string): unknown;
  pexpire(key: string, ms: number, done: Done<number>): unknown;
  del(keys: string[], done: Done<number>): unknown;
  keys(pattern: string, done: Done<string[]>): unknown;
}

/**
 * Lets Holdfast use a client of redis-mock 0.56: Redis in the memory of this process, for a first look and for tests.
 * Nothing outlives the process, and all clients of a process share what is stored. A TTL over 24.8 days is cut to
 * that, which is redis-mock's limit.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`
 */
export function fromRedisMock(client: RedisMockClient): RedisLike {
  requireRawClient(client, 'redis-mock');

  const get = (key: string) => reply<string | null>((done) => client.get(key, done));

  const set = async (key: string, value: string, ttlMs?: number) => {
    // Else the timer of the value before this one goes on, and removes this one.
    client.persist(key);
    await reply((done) =>
      ttlMs === undefined
        ? client.set(key, value, done)
        : client.set(key, value, 'PX', ttlMs, done),
    );
  };

  return {
    get,

    set: (key, value, ttlMs) => oneAtATime(() => set(key, value, ttlMs)),

    compareAndSet: (key, expected, value, ttlMs) =>
      oneAtATime(async () => {
        const held = await get(key);
        if (held === expected) await set(key, value, ttlMs);
        return held;
      }),

    expire: async (key, ttlMs) =>
      (await reply<number>((done) => client.pexpire(key, ttlMs, done))) === 1,

    del: (keys) =>
      oneAtATime(async () => {
        for (const key of keys) client.persist(key);
        return keys.length === 0 ? 0 : reply<number>((done) => client.del([...keys], done));
      }),

    // Its MGET fails as a whole when one key is of another type.
    mget: (keys) => Promise.all(keys.map((key) => get(key).catch(nullOfWrongType))),

    // Its SCAN counts positions, so a key removed between two steps makes it pass over another.
    async *scan(match, count) {
      const pattern = match.replace(/\\(.)/g, unescapedCaret);
      const keys = await reply<string[]>((done) => client.keys(pattern, done));
      for (let start = 0; start < keys.length; start += count) {
        yield keys.slice(start, start + count);
      }
    },
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

/** It escapes a caret itself, so that an escaped one comes out wrong. */
function unescapedCaret(escaped: string, character: string): string {
  return character === '^' ? '^' : escaped;
}

let last: Promise<unknown> = Promise.resolve();

/** redis-mock has no scripts, so what writes takes turns, for all clients, as they share what is stored. */
function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}
