import type { RedisLike } from '@holdfast/core';

/** Makes a Redis in memory for one test case. Its keys do not expire. */
export function memoryRedis(): RedisLike {
  const texts = new Map<string, string>();
  const sets = new Map<string, Map<string, number>>();
  const setOf = (key: string) => sets.get(key) ?? new Map<string, number>();
  const membersOf = (key: string, min: number, max: number) =>
    [...setOf(key)]
      .filter(([, score]) => score >= min && score <= max)
      .sort(([, one], [, other]) => one - other)
      .map(([member, score]) => ({ member, score }));
  return {
    get: async (key) => texts.get(key) ?? null,
    async set(key, value) {
      texts.set(key, value);
    },
    async compareAndSet(key, expected, value) {
      const held = texts.get(key) ?? null;
      if (held === expected) texts.set(key, value);
      return held;
    },
    markerOf: (key) => `holdfast:ended:{${key}}`,
    async setUnlessMarked(key, value) {
      const marked = texts.get(`holdfast:ended:{${key}}`) ?? null;
      if (marked === null) texts.set(key, value);
      return marked;
    },
    async delAndMark(key, text) {
      texts.set(`holdfast:ended:{${key}}`, text);
      return texts.delete(key);
    },
    pexpire: async (key) => texts.has(key),
    del: async (keys) => keys.filter((key) => texts.delete(key)).length,
    mget: async (keys) => keys.map((key) => texts.get(key) ?? null),
    async *scan(match) {
      const prefix = match.slice(0, -1).replaceAll('\\', '');
      yield [...texts.keys(), ...sets.keys()].filter((key) => key.startsWith(prefix));
    },
    async zaddExtendingTtl(key, score, member) {
      sets.set(key, setOf(key).set(member, score));
    },
    zrem: async (key, members) => members.filter((member) => setOf(key).delete(member)).length,
    zrangeByScore: async (key, min, max, offset, limit) =>
      membersOf(key, min, max).slice(offset, offset + limit),
    zcount: async (key, min, max) => membersOf(key, min, max).length,
    zscore: async (key, member) => setOf(key).get(member) ?? null,
    info: async () => ['maxmemory:0\r\n'],
  };
}
