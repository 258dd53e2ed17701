/**
 * The subset of Redis that a session store needs. An adapter implements it for one Redis client.
 *
 * - Keys and values are strings. Values may hold any text, keys any well-formed text.
 * - Times are whole milliseconds above zero; a missing `ttlMs` means that the key does not expire.
 * - A failed command rejects with the client's own error. On a key of another Redis type that is the
 *   server's error, whose message begins with `WRONGTYPE`.
 * - No method keeps state between calls, and any number of calls may be under way at once.
 *
 * `docs/writing-an-adapter.md` explains each method to those who implement it, and
 * `@holdfast/conformance` tests them.
 */
export interface RedisLike {
  /**
   * Reads one key (Redis: GET).
   * @returns what the key holds; null when there is no such key.
   */
  get(key: string): Promise<string | null>;

  /**
   * Stores a value, whatever the key held before (Redis: SET with PX).
   * @param ttlMs after how many milliseconds the key expires. Absent: never, and an expiry that the
   *   key had is removed.
   */
  set(key: string, value: string, ttlMs?: number): Promise<void>;

  /**
   * Stores a value only where the key holds exactly `expected`, atomically.
   * @param ttlMs as for {@link set}.
   * @returns what the key held before. So `expected` itself means that the value was stored; other text
   *   means that somebody else wrote meanwhile, and null that there is no such key: nothing was stored.
   */
  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null>;

  /**
   * Sets when a key expires, counted from now (Redis: PEXPIRE).
   * @returns false when there is no such key; none is made.
   */
  pexpire(key: string, ttlMs: number): Promise<boolean>;

  /**
   * Removes keys of any type (Redis: UNLINK, or DEL where a client has no UNLINK).
   * @returns how many of them existed. An empty list is answered with 0, without a command.
   */
  del(keys: readonly string[]): Promise<number>;

  /**
   * Reads several keys (Redis: MGET).
   * @returns what each holds, in the order asked. null when there is no such key, or when it holds
   *   another Redis type. An empty list is answered with an empty list, without a command.
   */
  mget(keys: readonly string[]): Promise<(string | null)[]>;

  /**
   * Iterates over the names of the keys that match, in batches, some of which may be empty (Redis: SCAN).
   * Keys are logical: a prefix that the client itself puts before every key is neither part of `match`
   * nor of what is answered. On a cluster this visits every master. A key that exists all the while is
   * answered at least once, also where its slot moves to another master; one that is made or removed
   * meanwhile, perhaps. A key may come twice. The caller may remove keys between batches.
   * @param match a glob-style pattern as Redis defines it for SCAN's MATCH.
   * @param count how many keys the server should look at in one step.
   */
  scan(match: string, count: number): AsyncIterable<readonly string[]>;

  /**
   * Adds a member to a sorted set, or gives it another score, and lets the key live on for at least `ttlMs`,
   * atomically (Redis: ZADD and PEXPIRE). An expiry that would come later stays; so does a key without one.
   * @param ttlMs for how many milliseconds from now the key must not expire.
   */
  zaddExtendingTtl(key: string, score: number, member: string, ttlMs: number): Promise<void>;

  /**
   * Removes members of a sorted set (Redis: ZREM). A set without members is no key any more.
   * @returns how many of them it had. An empty list is answered with 0, without a command.
   */
  zrem(key: string, members: readonly string[]): Promise<number>;

  /**
   * Reads the members of a sorted set whose scores lie between two bounds, both included, the lowest score first
   * (Redis: ZRANGEBYSCORE with WITHSCORES and LIMIT). Either bound may be infinite.
   * @param offset how many of them to leave out at the beginning.
   * @param limit how many to answer at most.
   * @returns none when there is no such key, and none is made.
   */
  zrangeByScore(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]>;

  /**
   * Counts the members of a sorted set whose scores lie between two bounds, as for {@link zrangeByScore} (Redis: ZCOUNT).
   * @returns 0 when there is no such key, and none is made.
   */
  zcount(key: string, min: number, max: number): Promise<number>;
}

/** A member of a sorted set with its score. */
export interface ScoredMember {
  member: string;
  score: number;
}

/** The names of the methods of a {@link RedisLike}. */
export const REDIS_LIKE_METHODS: readonly (keyof RedisLike)[] = [
  'get',
  'set',
  'compareAndSet',
  'pexpire',
  'del',
  'mget',
  'scan',
  'zaddExtendingTtl',
  'zrem',
  'zrangeByScore',
  'zcount',
];
