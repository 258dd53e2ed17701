import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RedisLike } from '@holdfast/core/adapter';

/** The functions of the test runner: Jest's and Vitest's fit as they are. */
export interface Runner {
  describe(name: string, define: () => void): unknown;
  test(name: string, run: () => Promise<void>): unknown;
  beforeAll(run: () => Promise<void>): unknown;
  afterAll(run: () => Promise<void>): unknown;
}

/** What is tested, and a way to look at the storage behind it. */
export interface Subject {
  redis: RedisLike;
  /**
   * Sends a command to the same Redis over a connection that knows neither the adapter nor the client's
   * `keyPrefix`, and answers the reply. The suite sends SET, GET, PTTL, EXISTS, RPUSH, ZADD,
   * ZSCORE and SCRIPT FLUSH.
   */
  raw(...command: string[]): Promise<unknown>;
  /** What the client itself puts before every key. Absent or empty: nothing. */
  keyPrefix?: string | undefined;
  /** Closes both connections. */
  close(): Promise<void>;
}

/** Makes what is tested. Called once, before the first test. */
export type SubjectFactory = () => Promise<Subject>;

/** A subject with what the tests ask of it, filled in before the first test runs. */
export interface Fixture {
  readonly redis: RedisLike;
  /** Sends a command of one key, given as the store knows it, to the Redis behind the adapter. */
  raw(command: string, key: string, ...args: string[]): Promise<unknown>;
  forgetScripts(): Promise<unknown>;
  /** A key, or the beginning of keys, that no other test uses. What begins so is removed in the end. */
  fresh(): string;
}

/** Opens the subject before the tests of a block; cleans up and closes it after them. */
export function fixtureOf(runner: Runner, factory: SubjectFactory): Fixture {
  const root = `holdfast-conformance:${randomUUID()}:`;
  let count = 0;
  let subject: Subject | undefined;
  const opened = () => {
    if (subject === undefined) throw new Error('The factory has not answered yet.');
    return subject;
  };
  runner.beforeAll(async () => {
    subject = await factory();
    await assertSameRedis(subject, `${root}0:`);
  });
  runner.afterAll(async () => {
    const { redis, close } = opened();
    try {
      for await (const keys of redis.scan(`*${root}*`, 100)) await redis.del(keys);
    } finally {
      await close();
    }
  });
  return {
    get redis() {
      return opened().redis;
    },
    raw: (command, key, ...args) =>
      opened().raw(command, (opened().keyPrefix ?? '') + key, ...args),
    forgetScripts: () => opened().raw('SCRIPT', 'FLUSH'),
    fresh: () => `${root}${++count}:`,
  };
}

/** Without this, a wrong prefix shows as dozens of failures, none of which says so. */
async function assertSameRedis({ redis, raw, keyPrefix = '' }: Subject, key: string) {
  await raw('SET', keyPrefix + key, 'raw', 'PX', '60000');
  if ((await redis.get(key)) === 'raw') return;
  throw new Error(
    `The adapter does not see what raw stored under ${JSON.stringify(keyPrefix + key)}. ` +
      "Is keyPrefix in the factory's answer what the adapter's client puts before every key, does the client do so for " +
      'each command, and do both connections use the same server and database?',
  );
}

/** A TTL must lie just below what was asked for: neither rounded to seconds nor counted in them. */
export function assertPttl(actual: number, ttlMs: number): void {
  assert.ok(actual <= ttlMs && actual > ttlMs - 900, `PTTL is ${actual}, not about ${ttlMs}`);
}

/** The same of a key's. */
export async function assertTtl(fixture: Fixture, key: string, ttlMs: number): Promise<void> {
  assertPttl(Number(await fixture.raw('PTTL', key)), ttlMs);
}

const PATIENCE_MS = 10_000;

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`The condition did not hold within ${PATIENCE_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The same client, with some of its methods replaced. */
export function withMethods(redis: RedisLike, replaced: Partial<RedisLike>): RedisLike {
  return {
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
    ...replaced,
  };
}
