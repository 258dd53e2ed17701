import assert from 'node:assert/strict';
import { type Fixture, type Runner, until } from './subject.ts';

const MINUTE = 60_000;

/** Tests the sorted-set commands of a `RedisLike`. */
export function describeSortedSets({ describe, test }: Runner, fixture: Fixture): void {
  const scored = (...members: [member: string, score: number][]) =>
    members.map(([member, score]) => ({ member, score }));

  /** Stores a sorted set whose members are named after their scores. */
  async function filled(...scores: number[]): Promise<string> {
    const key = fixture.fresh();
    for (const score of scores)
      await fixture.redis.zaddExtendingTtl(key, score, `at ${score}`, MINUTE);
    return key;
  }

  const all = (key: string) =>
    fixture.redis.zrangeByScore(key, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 1000);

  describe('zaddExtendingTtl', () => {
    test('adds and moves members, and resolves to undefined', async () => {
      const key = fixture.fresh();
      assert.equal(await fixture.redis.zaddExtendingTtl(key, 2, 'b', MINUTE), undefined);
      await fixture.redis.zaddExtendingTtl(key, 1, 'a', MINUTE);
      assert.deepEqual(await all(key), scored(['a', 1], ['b', 2]));
      await fixture.redis.zaddExtendingTtl(key, 3, 'a', MINUTE);
      assert.deepEqual(await all(key), scored(['b', 2], ['a', 3]));
    });

    test('keeps the exact score of a time in milliseconds, for 30,000 years', async () => {
      const key = fixture.fresh();
      const scores = [1_800_000_000_001, 1_800_000_000_002, 1_001_800_000_000_001];
      for (const score of scores)
        await fixture.redis.zaddExtendingTtl(key, score, `at ${score}`, MINUTE);
      assert.deepEqual(
        await all(key),
        scored(...scores.map((at): [string, number] => [`at ${at}`, at])),
      );
    });

    test('accepts any text as a member', async () => {
      const key = fixture.fresh();
      const members = ['1', 'a b', 'ż 한 🦊', '{"a":1}', 'a\r\nb', '-inf', '__proto__', 'toString'];
      for (const [score, member] of members.entries()) {
        await fixture.redis.zaddExtendingTtl(key, score, member, MINUTE);
      }
      assert.deepEqual(
        (await all(key)).map(({ member }) => member),
        members,
      );
    });

    test('sets the expiry of a new key', async () => {
      const key = fixture.fresh();
      await fixture.redis.zaddExtendingTtl(key, 1, 'a', 90_500);
      await fixture.assertTtl(key, 90_500);
    });

    test('extends an expiry and never shortens it', async () => {
      const key = fixture.fresh();
      await fixture.redis.zaddExtendingTtl(key, 1, 'a', MINUTE);
      await fixture.redis.zaddExtendingTtl(key, 2, 'a', 2 * MINUTE);
      await fixture.assertTtl(key, 2 * MINUTE);
      await fixture.redis.zaddExtendingTtl(key, 3, 'b', MINUTE);
      await fixture.assertTtl(key, 2 * MINUTE);
    });

    test('does not add an expiry to a key that never expires', async () => {
      const key = fixture.fresh();
      await fixture.raw('ZADD', key, '1', 'a');
      await fixture.redis.zaddExtendingTtl(key, 2, 'b', MINUTE);
      assert.equal(Number(await fixture.raw('PTTL', key)), -1);
      assert.equal((await all(key)).length, 2);
    });

    test('creates a new set after the key has expired', async () => {
      const key = fixture.fresh();
      await fixture.redis.zaddExtendingTtl(key, 1, 'a', 20);
      await until('the key has expired', async () => (await all(key)).length === 0);
      await fixture.redis.zaddExtendingTtl(key, 2, 'b', MINUTE);
      assert.deepEqual(await all(key), scored(['b', 2]));
      await fixture.assertTtl(key, MINUTE);
    });

    test('loses no member of many concurrent calls, and keeps the latest expiry', async () => {
      const key = fixture.fresh();
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      await Promise.all(
        numbers.map((index) =>
          fixture.redis.zaddExtendingTtl(
            key,
            index,
            `m${index}`,
            index === 50 ? 2 * MINUTE : MINUTE,
          ),
        ),
      );
      assert.deepEqual(
        await all(key),
        numbers.map((index) => ({ member: `m${index}`, score: index })),
      );
      await fixture.assertTtl(key, 2 * MINUTE);
    });

    test('still works after the server flushed its scripts', async () => {
      const key = await filled(1);
      await fixture.forgetScripts();
      await fixture.redis.zaddExtendingTtl(key, 2, 'at 2', MINUTE);
      assert.deepEqual(await all(key), scored(['at 1', 1], ['at 2', 2]));
    });
  });

  describe('zrem', () => {
    test('removes members and resolves to the number of members that existed', async () => {
      const key = await filled(1, 2, 3);
      assert.equal(await fixture.redis.zrem(key, ['at 1', 'at 3', 'missing']), 2);
      assert.deepEqual(await all(key), scored(['at 2', 2]));
    });

    test('removes the key with its last member', async () => {
      const key = await filled(1, 2);
      assert.equal(await fixture.redis.zrem(key, ['at 1', 'at 2']), 2);
      assert.equal(Number(await fixture.raw('EXISTS', key)), 0);
    });

    test('resolves to 0 for a missing key and for an empty list, and does not create the key', async () => {
      const key = fixture.fresh();
      assert.equal(await fixture.redis.zrem(key, ['a']), 0);
      assert.equal(await fixture.redis.zrem(key, []), 0);
      assert.equal(Number(await fixture.raw('EXISTS', key)), 0);
    });
  });

  describe('zrangeByScore', () => {
    test('resolves to the members between both bounds, inclusive, lowest score first', async () => {
      const key = await filled(4, 2, 3, 1);
      assert.deepEqual(
        await fixture.redis.zrangeByScore(key, 2, 3, 0, 10),
        scored(['at 2', 2], ['at 3', 3]),
      );
      assert.deepEqual(await fixture.redis.zrangeByScore(key, 5, 9, 0, 10), []);
    });

    test('accepts infinite bounds', async () => {
      const key = await filled(1, 2);
      const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
      assert.deepEqual(
        await fixture.redis.zrangeByScore(key, NEGATIVE_INFINITY, 1, 0, 10),
        scored(['at 1', 1]),
      );
      assert.deepEqual(
        await fixture.redis.zrangeByScore(key, 2, POSITIVE_INFINITY, 0, 10),
        scored(['at 2', 2]),
      );
    });

    test('applies offset and limit', async () => {
      const key = await filled(1, 2, 3, 4);
      assert.deepEqual(await fixture.redis.zrangeByScore(key, 0, 9, 0, 1), scored(['at 1', 1]));
      assert.deepEqual(
        await fixture.redis.zrangeByScore(key, 0, 9, 1, 2),
        scored(['at 2', 2], ['at 3', 3]),
      );
      assert.deepEqual(await fixture.redis.zrangeByScore(key, 0, 9, 3, 2), scored(['at 4', 4]));
      assert.deepEqual(await fixture.redis.zrangeByScore(key, 0, 9, 4, 2), []);
    });

    test('resolves to an empty list for a missing key and does not create it', async () => {
      const key = fixture.fresh();
      assert.deepEqual(await all(key), []);
      assert.equal(Number(await fixture.raw('EXISTS', key)), 0);
    });
  });

  describe('zcount', () => {
    test('counts the members between both bounds, inclusive', async () => {
      const key = await filled(1, 2, 3, 4);
      assert.equal(await fixture.redis.zcount(key, 2, 3), 2);
      assert.equal(await fixture.redis.zcount(key, 2, Number.POSITIVE_INFINITY), 3);
      assert.equal(await fixture.redis.zcount(key, Number.NEGATIVE_INFINITY, 0), 0);
    });

    test('resolves to 0 for a missing key and does not create it', async () => {
      const key = fixture.fresh();
      assert.equal(await fixture.redis.zcount(key, 0, 9), 0);
      assert.equal(Number(await fixture.raw('EXISTS', key)), 0);
    });
  });

  describe('zscore', () => {
    test('resolves to the score of a member, exactly', async () => {
      const key = fixture.fresh();
      await fixture.redis.zaddExtendingTtl(key, 1_893_456_000_123, 'a b', MINUTE);
      assert.equal(await fixture.redis.zscore(key, 'a b'), 1_893_456_000_123);
    });

    test('resolves to null for a missing member and for a missing key, and creates none', async () => {
      const [key, missing] = [await filled(1), fixture.fresh()];
      assert.equal(await fixture.redis.zscore(key, 'missing'), null);
      assert.equal(await fixture.redis.zscore(missing, 'missing'), null);
      assert.equal(Number(await fixture.raw('EXISTS', missing)), 0);
    });
  });

  describe('every sorted-set command', () => {
    test('rejects with WRONGTYPE for a key of another type, and keeps its value', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'text', MINUTE);
      const wrongType = /^\w*Error: WRONGTYPE/;
      await assert.rejects(fixture.redis.zaddExtendingTtl(key, 1, 'a', MINUTE), wrongType);
      await assert.rejects(fixture.redis.zrem(key, ['a']), wrongType);
      await assert.rejects(all(key), wrongType);
      await assert.rejects(fixture.redis.zcount(key, 0, 9), wrongType);
      await assert.rejects(fixture.redis.zscore(key, 'a'), wrongType);
      assert.equal(await fixture.redis.get(key), 'text');
    });
  });
}
