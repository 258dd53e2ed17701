import assert from 'node:assert/strict';
import { type HoldfastErrorCode, type RedisLike, RedisStore } from '@holdfast/core';
import { type RefusingServer, startRefusingServer } from './refusing-server.ts';
import type { Runner } from './subject.ts';

/** The adapter on a client that is connected to a server. */
export interface Connected {
  redis: RedisLike;
  close(): unknown;
}

const UNAVAILABLE = 'ERR_HOLDFAST_UNAVAILABLE';
const REJECTED = 'ERR_HOLDFAST_REJECTED';

/** What servers answer, and the code of the error that the store makes of it. */
const ANSWERS: Record<string, HoldfastErrorCode> = {
  "OOM command not allowed when used memory > 'maxmemory'.": REJECTED,
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.':
    REJECTED,
  'NOREPLICAS Not enough good replicas to write.': REJECTED,
  "READONLY You can't write against a read only replica.": 'ERR_HOLDFAST_READ_ONLY',
  "NOPERM User app has no permissions to run the 'get' command": 'ERR_HOLDFAST_FORBIDDEN',
  'NOAUTH Authentication required.': 'ERR_HOLDFAST_UNAUTHENTICATED',
  'LOADING Redis is loading the dataset in memory': UNAVAILABLE,
  'CLUSTERDOWN The cluster is down': UNAVAILABLE,
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.": UNAVAILABLE,
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.':
    UNAVAILABLE,
};

/** Without a time limit, there would be no circuit breaker. */
const PATIENCE_MS = 120_000;

/** More than make the circuit breaker of the store open. */
const MANY = 10;

/**
 * Tests that the store understands what the server says. It must not take an error of the server for an outage, or the other way
 * around. Each test starts a server of its own that answers every command with the same error.
 * @param connect connects a client of a single server to this URL, and wraps it in the adapter.
 */
export function describeServerErrors(
  { describe, test }: Runner,
  name: string,
  connect: (url: string) => Promise<Connected>,
): void {
  describe(`the errors of a server, through ${name}`, () => {
    for (const [answer, code] of Object.entries(ANSWERS)) {
      const [word = ''] = answer.split(' ');

      test(`${word} is ${code}`, async () => {
        const server = await startRefusingServer(answer);
        const { redis, close } = await connected(server, connect);
        try {
          await assertSays(redis, word);
          await assertUnderstood(redis, code);
        } finally {
          await close();
          await server.close();
        }
      });
    }
  });
}

async function connected(
  server: RefusingServer,
  connect: (url: string) => Promise<Connected>,
): Promise<Connected> {
  try {
    return await connect(server.url);
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Asserts that every method rejects with what the server said. */
async function assertSays(redis: RedisLike, word: string): Promise<void> {
  const calls: (() => Promise<unknown>)[] = [
    () => redis.get('key'),
    () => redis.set('key', 'value', 1000),
    () => redis.compareAndSet('key', 'a', 'b', 1000),
    () => redis.setUnlessMarked('key', 'value', 1000),
    () => redis.delAndMark('key', 'reason', 1000),
    () => redis.pexpire('key', 1000),
    () => redis.del(['key']),
    () => redis.mget(['key']),
    () => redis.scan('*', 10)[Symbol.asyncIterator]().next(),
    () => redis.zaddExtendingTtl('key', 1, 'member', 1000),
    () => redis.zrem('key', ['member']),
    () => redis.zrangeByScore('key', 0, 1, 0, 1),
    () => redis.zcount('key', 0, 1),
    () => redis.zscore('key', 'member'),
  ];
  for (const call of calls) {
    const said = await call().then(
      () => 'no error',
      (error) => String(error?.message),
    );
    assert.ok(
      new RegExp(`^${word}:? `).test(said),
      `${call} rejected with ${JSON.stringify(said)}, which must begin with ${word}.`,
    );
  }
}

async function assertUnderstood(client: RedisLike, code: HoldfastErrorCode): Promise<void> {
  const store = new RedisStore({ client, timeoutMs: PATIENCE_MS });
  for (let count = 0; count < MANY; count++) await assert.rejects(store.get('id'), { code });
  if (code === UNAVAILABLE) return;
  // In this time, an open circuit breaker would let nothing through.
  await assert.rejects(store.destroy('id'), { code });
}
