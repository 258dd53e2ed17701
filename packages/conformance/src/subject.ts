import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { RedisLike } from '@holdfast/core/adapter';

/** The functions of the test runner. Those of Jest and Vitest fit as they are. */
export interface Runner {
  describe(name: string, define: () => void): unknown;
  test(name: string, run: () => Promise<void>): unknown;
  beforeAll(run: () => Promise<void>): unknown;
  afterAll(run: () => Promise<void>): unknown;
}

/** The adapter under test, and a way to look at the storage behind it. */
export interface Subject {
  redis: RedisLike;
  /**
   * Sends a command to the same Redis and resolves to the reply. It uses a connection of its own, without the adapter
   * and without the client's `keyPrefix`. The tests send SET, GET, DEL, PTTL, EXISTS, RPUSH, LINDEX,
   * ZADD, ZSCORE, and SCRIPT FLUSH.
   */
  raw(...command: string[]): Promise<unknown>;
  /** What the client itself puts before every key. Absent or empty: nothing. */
  keyPrefix?: string | undefined;
  /** Closes both connections. */
  close(): Promise<void>;
}

/** Creates the subject. Called once for each block of tests, before its first test. */
export type SubjectFactory = () => Promise<Subject>;

/** A subject with what the tests need around it. */
export interface Fixture {
  readonly redis: RedisLike;
  /** Sends a command with one key, which is given as the store knows it, past the adapter. */
  raw(command: string, key: string, ...args: string[]): Promise<unknown>;
  forgetScripts(): Promise<unknown>;
  /** Returns a key, or a prefix of keys, that no other test uses. The keys that begin with it are removed at the end. */
  fresh(): string;
  /** Returns the milliseconds since {@link fresh} returned the prefix that is in this key. */
  elapsedMs(key: string): number;
  /** Asserts that a key was given this time to live since {@link fresh} returned its prefix. */
  assertTtl(key: string, ttlMs: number): Promise<void>;
}

/** Creates the subject before the tests of a block; cleans up and closes it after them. */
export function fixtureOf(runner: Runner, factory: SubjectFactory): Fixture {
  const root = `holdfast-conformance:${randomUUID()}:`;
  const births: number[] = [];
  let subject: Subject | undefined;
  const opened = () => {
    if (subject === undefined) throw new Error('The factory has not resolved yet.');
    return subject;
  };
  runner.beforeAll(async () => {
    subject = await factory();
    await assertSameRedis(subject, `${root}check:`);
  });
  runner.afterAll(async () => {
    const { redis, close } = opened();
    try {
      for await (const keys of redis.scan(`*${root}*`, 100)) await redis.del(keys);
    } finally {
      await close();
    }
  });
  const fixture: Fixture = {
    get redis() {
      return opened().redis;
    },
    raw: (command, key, ...args) =>
      opened().raw(command, (opened().keyPrefix ?? '') + key, ...args),
    forgetScripts: () => opened().raw('SCRIPT', 'FLUSH'),
    fresh: () => `${root}${births.push(performance.now())}:`,
    elapsedMs(key) {
      const number = Number.parseInt(key.split(root)[1] ?? '', 10);
      const birth = births[number - 1];
      if (birth === undefined) throw new Error(`The key ${key} is of no fixture.`);
      return performance.now() - birth;
    },
    async assertTtl(key, ttlMs) {
      const actual = Number(await fixture.raw('PTTL', key));
      assertRemaining(actual, ttlMs, fixture.elapsedMs(key));
    },
  };
  return fixture;
}

/** Without this, a wrong prefix shows as dozens of failures that do not name the cause. */
async function assertSameRedis({ redis, raw, keyPrefix = '' }: Subject, key: string) {
  await raw('SET', keyPrefix + key, 'raw', 'PX', '60000');
  if ((await redis.get(key)) === 'raw') return;
  throw new Error(
    `The adapter does not see what raw stored under ${JSON.stringify(keyPrefix + key)}. ` +
      "Is the factory's keyPrefix what the adapter's client puts before every key, does the client do so for " +
      'each command, and do both connections use the same server and database?',
  );
}

/** What a clock may gain or lose while a test runs. */
const CLOCK_DRIFT_MS = 20;

/**
 * Asserts that a time is what it was set to, less what has passed since then at most. A slow machine makes the check
 * weaker and never makes it fail; a TTL that was rounded up, or set in seconds, fails on any machine.
 * @param elapsedMs the milliseconds since some moment before the time was set.
 */
export function assertRemaining(actualMs: number, setMs: number, elapsedMs: number): void {
  const leastMs = setMs - elapsedMs - CLOCK_DRIFT_MS;
  assert.ok(
    actualMs <= setMs && actualMs >= leastMs,
    `${actualMs} ms remain, not between ${leastMs} and ${setMs}.`,
  );
}

const PATIENCE_MS = 120_000;

/**
 * Looks again and again until what it sees is `true`.
 * @param what the condition, for the error message.
 * @param look returns `true`, or else what the error message is to show.
 */
export async function until(what: string, look: () => unknown): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen === true) return;
    if (performance.now() > end) {
      throw new Error(`Still not after ${PATIENCE_MS} ms: ${what}. Last seen: ${inspect(seen)}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Returns the same client with some of its methods replaced. */
export function withMethods(redis: RedisLike, replaced: Partial<RedisLike>): RedisLike {
  return {
    isOrdered: redis.isOrdered,
    masters: redis.masters,
    get: (key) => redis.get(key),
    set: (key, value, ttlMs) => redis.set(key, value, ttlMs),
    compareAndSet: (key, expected, value, ttlMs) =>
      redis.compareAndSet(key, expected, value, ttlMs),
    pexpire: (key, ttlMs) => redis.pexpire(key, ttlMs),
    del: (keys) => redis.del(keys),
    mget: (keys) => redis.mget(keys),
    scan: (match, count) => redis.scan(match, count),
    zaddExtendingTtl: (key, score, member, ttlMs) =>
      redis.zaddExtendingTtl(key, score, member, ttlMs),
    zrem: (key, members) => redis.zrem(key, members),
    zrangeByScore: (key, min, max, offset, limit) =>
      redis.zrangeByScore(key, min, max, offset, limit),
    zcount: (key, min, max) => redis.zcount(key, min, max),
    zscore: (key, member) => redis.zscore(key, member),
    info: (section) => redis.info(section),
    markerOf: (key) => redis.markerOf(key),
    setUnlessMarked: (key, value, ttlMs) => redis.setUnlessMarked(key, value, ttlMs),
    delAndMark: (key, text, ttlMs) => redis.delAndMark(key, text, ttlMs),
    ...replaced,
  };
}
