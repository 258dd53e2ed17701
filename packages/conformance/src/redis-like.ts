import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describeSortedSets } from './sorted-set.ts';
import { type Fixture, fixtureOf, type Runner, type SubjectFactory, until } from './subject.ts';

/** Texts that a client or a script could change. */
const TEXTS: Record<string, string> = {
  'an empty text': '',
  JSON: '{"cookie":{"expires":null},"list":[],"big":9007199254740993}',
  'text beyond ASCII': 'zażółć 한국어 🦊',
  'line breaks and NUL': 'a\r\nb\0c',
  'text that looks like a reply': '1',
  'text that looks like an option': 'PX',
  'forty characters': 'x'.repeat(40),
  'forty bytes': 'ż'.repeat(20),
  'text with white space at its end': `{}\r\r\t\n${' \t\n\r'.repeat(5)}`,
  'a hundred kilobytes': 'x'.repeat(100_000),
};

/** Ends of texts that say nothing about the rest, unlike a stamp of Holdfast's. */
const COMMON_ENDS: Record<string, string> = {
  'many spaces': ' '.repeat(100),
  'many line breaks': '\r\n'.repeat(50),
  'many letters': 'x'.repeat(2000),
};

const MINUTE = 60_000;
/** Neither whole seconds nor whole minutes. */
const ODD_MS = 61_999;

/** Tests that a `RedisLike` keeps its contract. The tests look at the storage through {@link Subject.raw}. */
export function describeRedisLike(runner: Runner, name: string, factory: SubjectFactory): void {
  runner.describe(`${name} as a RedisLike`, () => {
    const fixture = fixtureOf(runner, factory);
    describeGetAndSet(runner, fixture);
    describeCompareAndSet(runner, fixture);
    describeMarkers(runner, fixture);
    describeExpire(runner, fixture);
    describeMany(runner, fixture);
    describeScan(runner, fixture);
    describeSortedSets(runner, fixture);
    describeInfo(runner, fixture);
  });
}

async function untilMissing({ redis }: Fixture, key: string): Promise<void> {
  await until('the key has expired', async () => (await redis.get(key)) === null);
}

async function assertNoTtl(fixture: Fixture, key: string): Promise<void> {
  assert.equal(Number(await fixture.raw('PTTL', key)), -1);
}

function describeGetAndSet({ describe, test }: Runner, fixture: Fixture): void {
  describe('get', () => {
    test('resolves to null for a missing key', async () => {
      assert.equal(await fixture.redis.get(fixture.fresh()), null);
    });

    test('resolves to the value that another connection stored', async () => {
      const key = fixture.fresh();
      await fixture.raw('SET', key, 'theirs');
      assert.equal(await fixture.redis.get(key), 'theirs');
    });

    test('rejects with WRONGTYPE for a key of another type', async () => {
      const key = fixture.fresh();
      await fixture.raw('RPUSH', key, 'item');
      await assert.rejects(fixture.redis.get(key), /^\w*Error: WRONGTYPE/);
    });

    test('resolves each of many concurrent calls to its own value', async () => {
      const keys = Array.from({ length: 200 }, (_, index) => `${fixture.fresh()}${index}`);
      await Promise.all(keys.map((key) => fixture.redis.set(key, `value of ${key}`, MINUTE)));
      const values = await Promise.all(keys.map((key) => fixture.redis.get(key)));
      assert.deepEqual(
        values,
        keys.map((key) => `value of ${key}`),
      );
    });
  });

  describe('set', () => {
    for (const [name, text] of Object.entries(TEXTS)) {
      test(`stores ${name} unchanged`, async () => {
        const key = fixture.fresh();
        await fixture.redis.set(key, text, MINUTE);
        assert.equal(await fixture.raw('GET', key), text);
        assert.equal(await fixture.redis.get(key), text);
      });
    }

    test('resolves to undefined', async () => {
      assert.equal(await fixture.redis.set(fixture.fresh(), 'value', MINUTE), undefined);
    });

    test('expires the key after the TTL, to the millisecond', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'value', ODD_MS);
      await fixture.assertTtl(key, ODD_MS);
      const short = fixture.fresh();
      await fixture.redis.set(short, 'value', 1);
      await untilMissing(fixture, short);
    });

    test('accepts a TTL of 31,000 years', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'value', 1e15);
      assert.ok(Number(await fixture.raw('PTTL', key)) > MINUTE);
    });

    test('stores a key that never expires if there is no TTL', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'value');
      await assertNoTtl(fixture, key);
      await fixture.redis.del([key]);
    });

    test('replaces the value, the type, and the expiry', async () => {
      const key = fixture.fresh();
      await fixture.raw('RPUSH', key, 'item');
      await fixture.redis.set(key, 'first', 2 * MINUTE);
      await fixture.redis.set(key, 'second', MINUTE);
      assert.equal(await fixture.raw('GET', key), 'second');
      await fixture.assertTtl(key, MINUTE);
      await fixture.redis.set(key, 'third');
      await assertNoTtl(fixture, key);
      await fixture.redis.del([key]);
    });

    test('ignores the expiry of a value that it overwrote, or that del removed', async () => {
      const [overwritten, removed, canary] = [fixture.fresh(), fixture.fresh(), fixture.fresh()];
      await fixture.redis.set(overwritten, 'old', 40);
      await fixture.redis.set(removed, 'old', 40);
      await fixture.redis.set(overwritten, 'new', MINUTE);
      await fixture.redis.del([removed]);
      await fixture.redis.set(removed, 'new', MINUTE);
      await fixture.redis.set(canary, 'value', 80);
      await untilMissing(fixture, canary);
      assert.equal(await fixture.redis.get(overwritten), 'new');
      assert.equal(await fixture.redis.get(removed), 'new');
    });
  });
}

function describeCompareAndSet({ describe, test }: Runner, fixture: Fixture): void {
  describe('compareAndSet', () => {
    for (const [name, text] of Object.entries(TEXTS)) {
      test(`replaces ${name} and resolves to it`, async () => {
        const key = fixture.fresh();
        await fixture.redis.set(key, text, MINUTE);
        assert.equal(await fixture.redis.compareAndSet(key, text, 'next', MINUTE), text);
        assert.equal(await fixture.raw('GET', key), 'next');
      });

      test(`stores ${name} unchanged`, async () => {
        const key = fixture.fresh();
        await fixture.redis.set(key, 'before', MINUTE);
        assert.equal(await fixture.redis.compareAndSet(key, 'before', text, MINUTE), 'before');
        assert.equal(await fixture.raw('GET', key), text);
      });

      test(`resolves to ${name} and stores nothing if the key holds that instead`, async () => {
        const key = fixture.fresh();
        await fixture.redis.set(key, text, MINUTE);
        assert.equal(await fixture.redis.compareAndSet(key, `${text}!`, 'next', 1), text);
        assert.equal(await fixture.raw('GET', key), text);
        await fixture.assertTtl(key, MINUTE);
      });
    }

    test('does not accept a hash of the stored value in place of the value', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'held', MINUTE);
      const hash = createHash('sha1').update('held').digest('hex');
      assert.equal(await fixture.redis.compareAndSet(key, hash, 'next', MINUTE), 'held');
      assert.equal(await fixture.raw('GET', key), 'held');
    });

    test('distinguishes texts that differ only in the white space at their ends', async () => {
      const key = fixture.fresh();
      const [held, expected] = [`{}\r\r\t\n${' '.repeat(20)}`, `{}\r\r\t\n${' '.repeat(19)}\n`];
      await fixture.redis.set(key, held, MINUTE);
      assert.equal(await fixture.redis.compareAndSet(key, expected, 'next', MINUTE), held);
      assert.equal(await fixture.raw('GET', key), held);
    });

    for (const [name, end] of Object.entries(COMMON_ENDS)) {
      test(`distinguishes texts of which both end in ${name}`, async () => {
        const key = fixture.fresh();
        const [held, expected] = [`{"name":"a"}${end}`, `{"name":"b"}${end}`];
        await fixture.redis.set(key, held, MINUTE);
        assert.equal(await fixture.redis.compareAndSet(key, expected, 'next', MINUTE), held);
        assert.equal(await fixture.raw('GET', key), held);
      });
    }

    test('stores one text after the other, long and short ones in turn', async () => {
      const key = fixture.fresh();
      const texts = Array.from(
        { length: 12 },
        (_, index) => `${'x'.repeat(index % 3 === 0 ? 3000 : 10)}${index}`,
      );
      await fixture.redis.set(key, 'before', MINUTE);
      let expected = 'before';
      for (const text of texts) {
        const missed = `${expected}!`;
        assert.equal(await fixture.redis.compareAndSet(key, missed, 'next', MINUTE), expected);
        assert.equal(await fixture.redis.compareAndSet(key, expected, text, ODD_MS), expected);
        assert.equal(await fixture.raw('GET', key), text);
        await fixture.assertTtl(key, ODD_MS);
        expected = text;
      }
    });

    test('sets the TTL', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'before', 2 * MINUTE);
      await fixture.redis.compareAndSet(key, 'before', 'after', ODD_MS);
      await fixture.assertTtl(key, ODD_MS);
    });

    test('removes the expiry if there is no TTL', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'before', MINUTE);
      await fixture.redis.compareAndSet(key, 'before', 'after');
      await assertNoTtl(fixture, key);
      await fixture.redis.del([key]);
    });

    test('resolves to null for a missing key and does not create it', async () => {
      const key = fixture.fresh();
      assert.equal(await fixture.redis.compareAndSet(key, '', 'value', MINUTE), null);
      assert.equal(Number(await fixture.raw('EXISTS', key)), 0);
    });

    test('rejects with WRONGTYPE for a key of another type', async () => {
      const key = fixture.fresh();
      await fixture.raw('RPUSH', key, 'item');
      await assert.rejects(
        fixture.redis.compareAndSet(key, 'item', 'value', MINUTE),
        /^\w*Error: WRONGTYPE/,
      );
    });

    test('still works after the server flushed its scripts', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'a', MINUTE);
      await fixture.redis.compareAndSet(key, 'a', 'b', MINUTE);
      await fixture.forgetScripts();
      assert.equal(await fixture.redis.compareAndSet(key, 'b', 'c', MINUTE), 'b');
      assert.equal(await fixture.raw('GET', key), 'c');
    });

    test('lets exactly one of many concurrent calls store its value', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'before', MINUTE);
      const writers = Array.from({ length: 30 }, (_, index) => `writer ${index}`);
      const replies = await Promise.all(
        writers.map((text) => fixture.redis.compareAndSet(key, 'before', text, MINUTE)),
      );
      const winners = writers.filter((_, index) => replies[index] === 'before');
      assert.equal(winners.length, 1);
      assert.equal(await fixture.raw('GET', key), winners[0]);
    });

    test('does not overwrite what a concurrent set stored, or restore what a concurrent del removed', async () => {
      const [overwritten, removed] = [fixture.fresh(), fixture.fresh()];
      await fixture.redis.set(overwritten, 'before', MINUTE);
      await fixture.redis.set(removed, 'before', MINUTE);
      await Promise.all([
        fixture.redis.compareAndSet(overwritten, 'before', 'compared', MINUTE),
        fixture.redis.set(overwritten, 'set', MINUTE),
        fixture.redis.compareAndSet(removed, 'before', 'compared', MINUTE),
        fixture.redis.del([removed]),
      ]);
      assert.equal(await fixture.raw('GET', overwritten), 'set');
      assert.equal(Number(await fixture.raw('EXISTS', removed)), 0);
    });
  });
}

function describeMarkers({ describe, test }: Runner, fixture: Fixture): void {
  describe('setUnlessMarked', () => {
    for (const [name, text] of Object.entries(TEXTS)) {
      test(`stores ${name} unchanged, and resolves to null`, async () => {
        const key = fixture.fresh();
        assert.equal(await fixture.redis.setUnlessMarked(key, text, MINUTE), null);
        assert.equal(await fixture.raw('GET', key), text);
      });
    }

    test('stores nothing beside a marker, and resolves to its text', async () => {
      const { redis, raw, fresh } = fixture;
      for (const key of [
        fresh(),
        `${fresh()}{tag}`,
        `${fresh()}{}`,
        `${fresh()}}{`,
        `${fresh()}{`,
      ]) {
        await redis.set(redis.markerOf(key), 'the reason', MINUTE);
        assert.equal(await redis.setUnlessMarked(key, 'value', MINUTE), 'the reason');
        assert.equal(Number(await raw('EXISTS', key)), 0);
        await redis.set(key, 'before', MINUTE);
        assert.equal(await redis.setUnlessMarked(key, 'value'), 'the reason');
        assert.equal(await raw('GET', key), 'before');
        await redis.del([redis.markerOf(key)]);
        assert.equal(await redis.setUnlessMarked(key, 'value', MINUTE), null);
      }
    });

    test('sets the TTL, or removes the expiry if there is none', async () => {
      const key = fixture.fresh();
      await fixture.redis.setUnlessMarked(key, 'value', ODD_MS);
      await fixture.assertTtl(key, ODD_MS);
      await fixture.redis.setUnlessMarked(key, 'value');
      await assertNoTtl(fixture, key);
      await fixture.redis.del([key]);
    });

    test('rejects with WRONGTYPE for a marker of another type, and stores nothing', async () => {
      const { redis, raw, fresh } = fixture;
      const key = fresh();
      await raw('RPUSH', redis.markerOf(key), 'item');
      await assert.rejects(redis.setUnlessMarked(key, 'value', MINUTE), /^\w*Error: WRONGTYPE/);
      assert.equal(Number(await raw('EXISTS', key)), 0);
    });

    test('still works after the server flushed its scripts', async () => {
      const key = fixture.fresh();
      await fixture.redis.setUnlessMarked(key, 'a', MINUTE);
      await fixture.forgetScripts();
      assert.equal(await fixture.redis.setUnlessMarked(key, 'b', MINUTE), null);
      assert.equal(await fixture.raw('GET', key), 'b');
    });
  });

  describe('delAndMark', () => {
    test('sets the marker with its TTL, and removes a key of any type', async () => {
      const { redis, raw, fresh } = fixture;
      const [text, list] = [fresh(), `${fresh()}{tag}`];
      await redis.set(text, 'value');
      await raw('RPUSH', list, 'item');
      for (const key of [text, list]) {
        assert.equal(await redis.delAndMark(key, 'the reason', ODD_MS), true);
        assert.equal(Number(await raw('EXISTS', key)), 0);
        assert.equal(await redis.get(redis.markerOf(key)), 'the reason');
        await fixture.assertTtl(redis.markerOf(key), ODD_MS);
      }
    });

    test('resolves to false for a missing key, and marks it', async () => {
      const { redis, fresh } = fixture;
      const key = fresh();
      assert.equal(await redis.delAndMark(key, 'a reason', MINUTE), false);
      assert.equal(await redis.delAndMark(key, 'another', MINUTE), false);
      assert.equal(await redis.setUnlessMarked(key, 'value', MINUTE), 'another');
    });

    test('still works after the server flushed its scripts', async () => {
      const { redis, fresh } = fixture;
      await redis.delAndMark(fresh(), 'the reason', MINUTE);
      const key = fresh();
      await redis.set(key, 'value', MINUTE);
      await fixture.forgetScripts();
      assert.equal(await redis.delAndMark(key, 'the reason', MINUTE), true);
      assert.equal(await redis.get(redis.markerOf(key)), 'the reason');
    });
  });

  describe('markerOf', () => {
    test('returns the same name each time, and another for every key', async () => {
      const keys = [fixture.fresh(), fixture.fresh(), `${fixture.fresh()}{tag}`];
      const markers = keys.map((key) => fixture.redis.markerOf(key));
      assert.equal(new Set([...keys, ...markers]).size, 6);
      assert.deepEqual(
        keys.map((key) => fixture.redis.markerOf(key)),
        markers,
      );
    });

    test('returns a name that begins with holdfast:ended:', async () => {
      assert.match(fixture.redis.markerOf(fixture.fresh()), /^holdfast:ended:/);
    });
  });
}

function describeExpire({ describe, test }: Runner, fixture: Fixture): void {
  describe('pexpire', () => {
    test('sets the expiry, to the millisecond, and keeps the value', async () => {
      const key = fixture.fresh();
      await fixture.redis.set(key, 'value');
      assert.equal(await fixture.redis.pexpire(key, ODD_MS), true);
      await fixture.assertTtl(key, ODD_MS);
      assert.equal(await fixture.redis.pexpire(key, MINUTE), true);
      await fixture.assertTtl(key, MINUTE);
      assert.equal(await fixture.raw('GET', key), 'value');
    });

    test('resolves to false for a missing key and does not create it', async () => {
      const key = fixture.fresh();
      assert.equal(await fixture.redis.pexpire(key, MINUTE), false);
      assert.equal(Number(await fixture.raw('EXISTS', key)), 0);
    });
  });
}

function describeInfo({ test }: Runner, fixture: Fixture): void {
  test('info resolves to the fields of a section, of each master', async () => {
    const texts = await fixture.redis.info('memory');
    assert.ok(texts.length > 0);
    for (const text of texts) assert.match(text, /^maxmemory:\d+\r?$/m);
  });
}

function describeMany({ describe, test }: Runner, fixture: Fixture): void {
  describe('del', () => {
    test('removes keys of any type and resolves to the number of keys that existed', async () => {
      const [text, list, other] = [fixture.fresh(), fixture.fresh(), fixture.fresh()];
      await fixture.raw('SET', text, 'value');
      await fixture.raw('RPUSH', list, 'item');
      await fixture.redis.set(other, 'value', MINUTE);
      assert.equal(await fixture.redis.del([text, fixture.fresh(), list]), 2);
      assert.equal(Number(await fixture.raw('EXISTS', text)), 0);
      assert.equal(Number(await fixture.raw('EXISTS', list)), 0);
      assert.equal(Number(await fixture.raw('EXISTS', other)), 1);
    });

    test('resolves to 0 for an empty list and for missing keys', async () => {
      assert.equal(await fixture.redis.del([]), 0);
      assert.equal(await fixture.redis.del([fixture.fresh()]), 0);
    });
  });

  describe('mget', () => {
    test('resolves to the values in the order of the keys, with null for a missing key and for another type', async () => {
      const [first, second, list] = [fixture.fresh(), fixture.fresh(), fixture.fresh()];
      await fixture.redis.set(first, '1', MINUTE);
      await fixture.redis.set(second, '', MINUTE);
      await fixture.raw('RPUSH', list, 'item');
      assert.deepEqual(await fixture.redis.mget([second, fixture.fresh(), list, first, second]), [
        '',
        null,
        null,
        '1',
        '',
      ]);
    });

    test('resolves to an empty list for an empty list of keys', async () => {
      assert.deepEqual(await fixture.redis.mget([]), []);
    });
  });
}

/** Returns every key that a scan yields, once each, sorted. */
async function scanned(fixture: Fixture, match: string, count: number): Promise<string[]> {
  const keys = new Set<string>();
  for await (const batch of fixture.redis.scan(match, count)) {
    for (const key of batch) keys.add(key);
  }
  return [...keys].sort();
}

async function stored(fixture: Fixture, prefix: string, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  await Promise.all(keys.map((key) => fixture.redis.set(key, 'value', MINUTE)));
  return keys.sort();
}

function describeScan({ describe, test }: Runner, fixture: Fixture): void {
  describe('scan', () => {
    test('yields every matching key and no other, without the prefix that the client adds', async () => {
      const prefix = fixture.fresh();
      const keys = await stored(fixture, `${prefix}mine:`, 300);
      await stored(fixture, `${prefix}other:`, 30);
      assert.deepEqual(await scanned(fixture, `${prefix}mine:*`, 10), keys);
      assert.deepEqual(await scanned(fixture, `${prefix}mine:*`, 10_000), keys);
    });

    test('yields keys with any characters', async () => {
      const prefix = `${fixture.fresh()}\r\n:`;
      const keys = ['', '\n', 'a\r\nb', '\u2028', '\0', '\ue0001', '🦊'].map((end) => prefix + end);
      for (const key of keys) await fixture.redis.set(key, 'value', MINUTE);
      assert.deepEqual(await scanned(fixture, `${prefix}*`, 3), keys.sort());
      assert.equal(await fixture.redis.del(keys), keys.length);
      assert.deepEqual(await scanned(fixture, `${prefix}*`, 3), []);
    });

    test('yields nothing if no key matches', async () => {
      assert.deepEqual(await scanned(fixture, `${fixture.fresh()}*`, 10), []);
    });

    test('matches an escaped glob character literally', async () => {
      const prefix = fixture.fresh();
      const [star] = await stored(fixture, `${prefix}*`, 1);
      await stored(fixture, `${prefix}x`, 1);
      assert.deepEqual(await scanned(fixture, `${prefix}\\**`, 10), [star]);
    });

    test('yields keys of any type', async () => {
      const prefix = fixture.fresh();
      await fixture.raw('RPUSH', `${prefix}list`, 'item');
      assert.deepEqual(await scanned(fixture, `${prefix}*`, 10), [`${prefix}list`]);
    });

    test('yields keys that mget and del accept, while they are being removed', async () => {
      const prefix = fixture.fresh();
      const keys = await stored(fixture, prefix, 300);
      let removed = 0;
      for await (const batch of fixture.redis.scan(`${prefix}*`, 10)) {
        for (const value of await fixture.redis.mget(batch))
          assert.ok(value === 'value' || value === null);
        removed += await fixture.redis.del(batch);
      }
      assert.equal(removed, keys.length);
      assert.deepEqual(await fixture.redis.mget(keys), Array(keys.length).fill(null));
    });
  });
}
