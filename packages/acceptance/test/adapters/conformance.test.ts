import { describeRedisLike, describeRedisStore, type Runner } from '@holdfast/conformance';
import type { RedisLike } from '@holdfast/core';
import { fromRedisMock } from '@holdfast/redis-mock';
import { describe, expect, test } from '@jest/globals';
import redisMock from 'redis-mock';

const good = fromRedisMock(redisMock.createClient());
const MINUTE = 60_000;

/** Clients that break the contract, each in one way that harms sessions. */
const BROKEN: Record<string, Partial<RedisLike>> = {
  'get resolves to an empty string for a missing key': {
    get: async (key) => (await good.get(key)) ?? '',
  },
  'get resolves to null for a key of another type': {
    get: (key) => good.get(key).catch(() => null),
  },
  'set drops the expiry': { set: (key, value) => good.set(key, value) },
  'set rounds the expiry to seconds': {
    set: (key, value, ttlMs) => good.set(key, value, ttlMs && Math.ceil(ttlMs / 1000) * 1000),
  },
  'set mistakes milliseconds for seconds': {
    set: (key, value, ttlMs) => good.set(key, value, ttlMs && ttlMs * 1000),
  },
  'set adds an expiry that it was not given': {
    set: (key, value, ttlMs = MINUTE) => good.set(key, value, ttlMs),
  },
  'set does not overwrite': {
    async set(key, value, ttlMs) {
      if ((await good.get(key)) === null) await good.set(key, value, ttlMs);
    },
  },
  'compareAndSet is not atomic': {
    async compareAndSet(key, expected, value, ttlMs) {
      const held = await good.get(key);
      if (held === expected) await good.set(key, value, ttlMs);
      return held;
    },
  },
  'compareAndSet does not compare': {
    async compareAndSet(key, expected, value, ttlMs) {
      await good.set(key, value, ttlMs);
      return expected;
    },
  },
  'compareAndSet resolves to what it stored': {
    compareAndSet: async (key, expected, value, ttlMs) =>
      (await good.compareAndSet(key, expected, value, ttlMs)) === expected ? value : null,
  },
  'compareAndSet keeps the expiry that was there': {
    compareAndSet: (key, expected, value) => good.compareAndSet(key, expected, value, MINUTE),
  },
  'pexpire resolves to true for a missing key': {
    async pexpire(key, ttlMs) {
      await good.pexpire(key, ttlMs);
      return true;
    },
  },
  'pexpire mistakes milliseconds for seconds': {
    pexpire: (key, ttlMs) => good.pexpire(key, ttlMs * 1000),
  },
  'del resolves to the number of keys that it was given': {
    async del(keys) {
      await good.del(keys);
      return keys.length;
    },
  },
  'del removes only the first key': { del: (keys) => good.del(keys.slice(0, 1)) },
  'mget skips missing keys': {
    mget: async (keys) => (await good.mget(keys)).filter((value) => value !== null),
  },
  'mget resolves to in another order': { mget: async (keys) => (await good.mget(keys)).reverse() },
  'mget fails for a key of another type': { mget: (keys) => Promise.all(keys.map(good.get)) },
  'scan ignores the pattern': { scan: (_, count) => good.scan('*', count) },
  'scan skips keys with line breaks': {
    async *scan(match, count) {
      for await (const keys of good.scan(match, count)) yield keys.filter((key) => !/\n/.test(key));
    },
  },
  'scan ends after the first batch': {
    async *scan(match, count) {
      for await (const keys of good.scan(match, count)) {
        yield keys;
        return;
      }
    },
  },
  'scan ignores escapes': {
    scan: (match, count) => good.scan(match.replaceAll('\\', ''), count),
  },
  'zaddExtendingTtl shortens the expiry': {
    async zaddExtendingTtl(key, score, member, ttlMs) {
      await good.zaddExtendingTtl(key, score, member, ttlMs);
      await good.pexpire(key, ttlMs);
    },
  },
  'zaddExtendingTtl sets no expiry': {
    zaddExtendingTtl: (key, score, member) => good.zaddExtendingTtl(key, score, member, 1e12),
  },
  'zaddExtendingTtl loses the last digits of a score': {
    zaddExtendingTtl: (key, score, member, ttlMs) =>
      good.zaddExtendingTtl(key, Number(score.toPrecision(10)), member, ttlMs),
  },
  'zaddExtendingTtl only adds': {
    async zaddExtendingTtl(key, score, member, ttlMs) {
      const members = await good.zrangeByScore(key, -Infinity, Infinity, 0, 1000);
      if (members.every((one) => one.member !== member)) {
        await good.zaddExtendingTtl(key, score, member, ttlMs);
      }
    },
  },
  'zrem removes only the first member': {
    zrem: (key, members) => good.zrem(key, members.slice(0, 1)),
  },
  'zrem resolves to the number of members that it was given': {
    async zrem(key, members) {
      await good.zrem(key, members);
      return members.length;
    },
  },
  'zrangeByScore excludes its bounds': {
    zrangeByScore: (key, min, max, offset, limit) =>
      good.zrangeByScore(key, min + 1, max - 1, offset, limit),
  },
  'zrangeByScore resolves to the highest score first': {
    zrangeByScore: async (key, min, max, offset, limit) =>
      (await good.zrangeByScore(key, min, max, offset, limit)).reverse(),
  },
  'zrangeByScore ignores the offset': {
    zrangeByScore: (key, min, max, _, limit) => good.zrangeByScore(key, min, max, 0, limit),
  },
  'zrangeByScore ignores the limit': {
    zrangeByScore: (key, min, max, offset) => good.zrangeByScore(key, min, max, offset, 1000),
  },
  'setUnlessMarked ignores the marker': {
    async setUnlessMarked(key, value, ttlMs) {
      await good.set(key, value, ttlMs);
      return null;
    },
  },
  'setUnlessMarked does not resolve to the text of the marker': {
    setUnlessMarked: async (key, value, ttlMs) =>
      (await good.setUnlessMarked(key, value, ttlMs)) === null ? null : 'marked',
  },
  'setUnlessMarked ignores the TTL': {
    setUnlessMarked: (key, value) => good.setUnlessMarked(key, value),
  },
  'delAndMark sets no marker': {
    delAndMark: async (key) => (await good.del([key])) === 1,
  },
  'delAndMark removes nothing': {
    async delAndMark(key, text, ttlMs) {
      await good.set(good.markerOf(key), text, ttlMs);
      return (await good.get(key)) !== null;
    },
  },
  'delAndMark ignores the TTL': {
    async delAndMark(key, text) {
      await good.set(good.markerOf(key), text);
      return (await good.del([key])) === 1;
    },
  },
  'delAndMark resolves to true for a missing key': {
    async delAndMark(key, text, ttlMs) {
      await good.delAndMark(key, text, ttlMs);
      return true;
    },
  },
  'markerOf returns one name for all keys': { markerOf: () => good.markerOf('key') },
  'zscore resolves to 0 for a missing member': {
    zscore: async (key, member) => (await good.zscore(key, member)) ?? 0,
  },
  'zscore resolves to a text': {
    zscore: async (key, member) => String(await good.zscore(key, member)) as unknown as number,
  },
  'info resolves to no master': { info: async () => [] },
  'info resolves to an object': {
    info: async () => [{ maxmemory: 0 }] as unknown as string[],
  },
  'zcount counts every member': {
    zcount: (key) => good.zcount(key, -Infinity, Infinity),
  },
};

/** Runs the suite on a client, and resolves to the name of the first test that fails. */
async function firstFailure(redis: RedisLike): Promise<string | undefined> {
  const [before, tests, after]: [Step[], [string, Step][], Step[]] = [[], [], []];
  const runner: Runner = {
    describe: (_, define) => define(),
    test: (name, run) => tests.push([name, run]),
    beforeAll: (run) => before.push(run),
    afterAll: (run) => after.push(run),
  };
  const factory = async () => ({ redis, raw, close: async () => {} });
  describeRedisLike(runner, 'a client', factory);
  describeRedisStore(runner, 'a client', factory);
  for (const step of before) await step();
  let failed: string | undefined;
  for (const [name, run] of tests) {
    await run().catch(() => {
      failed = name;
    });
    if (failed !== undefined) break;
  }
  for (const step of after) await step();
  return failed;
}

type Step = () => Promise<void>;

const probe = redisMock.createClient();

function raw(name: string, key: string, ...args: string[]): Promise<unknown> {
  if (name === 'SCRIPT') return Promise.resolve('OK');
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, reply: unknown) => (error ? reject(error) : resolve(reply));
    Reflect.get(probe, name.toLowerCase()).call(probe, key, ...args, done);
  });
}

describe('the conformance suite', () => {
  test('passes for a client that keeps the contract', async () => {
    expect(await firstFailure(good)).toBeUndefined();
  });

  test.each(Object.entries(BROKEN))('fails because %s', async (_, broken) => {
    expect(await firstFailure({ ...good, ...broken })).toBeDefined();
  });
});
