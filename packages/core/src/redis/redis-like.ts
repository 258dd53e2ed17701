/**
 * The subset of Redis that a session store needs. An adapter implements it for one Redis client.
 *
 * - Keys and values are strings. A value may be any text, a key or a member any well-formed text, also with line breaks.
 * - Times are integers above zero, in milliseconds. An absent `ttlMs` means that the key does not expire.
 * - A failed command rejects with the client's own error. If the server answered with an error, the message begins with the word
 *   that the server's begins with, such as `WRONGTYPE` for a key of another Redis type, `OOM` or `READONLY`. Otherwise the error
 *   counts as an outage. For a client that rewords errors, an adapter uses `serverError`.
 * - No method keeps state between calls. Any number of calls may run at the same time.
 * - A method that is named after a Redis command does exactly what that command does. The others say what they add.
 *
 * `docs/writing-an-adapter.md` explains the methods to authors of adapters, and `@holdfast/conformance` tests them.
 */
export interface RedisLike {
  /**
   * Whether commands reach one server in the order of the calls, as over a single connection. An index entry and its session then
   * go out together. False, or absent if that is not known: the session waits for the reply to its entry.
   */
  readonly isOrdered?: boolean | undefined;

  /** Only of a cluster: which of its masters serves which key. Absent: when one key is unavailable, all are. */
  readonly masters?: Masters | undefined;

  /**
   * Reads a key (GET).
   * @returns the value; null if there is no such key.
   */
  get(key: string): Promise<string | null>;

  /**
   * Stores a value, whatever the key held before (SET with PX).
   * @param ttlMs how long until the key expires. Absent: the key does not expire, and loses an expiry that it had.
   */
  set(key: string, value: string, ttlMs?: number): Promise<void>;

  /**
   * Stores a value only if the key holds exactly `expected`, atomically. Texts may count as equal if both end in the same stamp,
   * which core adds to what it writes and never uses again.
   * @param ttlMs as for {@link set}.
   * @returns what the key held before. `expected` itself means that the value was stored. Any other text means that
   *   another writer changed the key, and null that there is no such key: in both cases nothing was stored.
   */
  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null>;

  /**
   * Returns the name of the key that marks `key` as ended. On a cluster, both are in the same slot: if the client adds a prefix to
   * every key, with that prefix. Sends no command.
   */
  markerOf(key: string): string;

  /**
   * Stores a value as {@link set} does, unless the key {@link markerOf} exists, atomically.
   * @param ttlMs as for {@link set}.
   * @returns null if the value was stored; otherwise the text of the marker, and nothing was stored.
   */
  setUnlessMarked(key: string, value: string, ttlMs?: number): Promise<string | null>;

  /**
   * Sets the key {@link markerOf} to a text that expires after `ttlMs`, and then deletes `key`. On a single server, atomically. If
   * the server refuses the marker, for example because its memory is full, rejects and leaves `key` as it is.
   * @returns whether the key existed. It is marked in either case.
   */
  delAndMark(key: string, text: string, ttlMs: number): Promise<boolean>;

  /**
   * Sets how long until a key expires (PEXPIRE).
   * @returns false if there is no such key. None is created.
   */
  pexpire(key: string, ttlMs: number): Promise<boolean>;

  /**
   * Deletes keys of any type (UNLINK, or DEL with a client that lacks UNLINK).
   * @returns how many of them existed. Resolves to 0 for an empty list, without sending a command.
   */
  del(keys: readonly string[]): Promise<number>;

  /**
   * Reads several keys (MGET).
   * @returns the values, in the order of the keys; null for a key that does not exist or holds another Redis type.
   *   Resolves to an empty list for an empty list, without sending a command.
   */
  mget(keys: readonly string[]): Promise<(string | null)[]>;

  /**
   * Iterates over the names of the keys that match a pattern, in batches that may be empty (SCAN until its cursor ends).
   *
   * - Keys are logical: if the client adds a prefix to every key, `match` and the results do not contain it.
   * - On a cluster, this visits every master.
   * - A key that exists the whole time is returned at least once, even if its slot moves to another master. A key may be
   *   returned twice. A key that is created or deleted during the scan may be returned or not.
   * - The caller may delete keys between two batches.
   * @param match a glob-style pattern, as for SCAN's MATCH.
   * @param count how many keys the server inspects in one step, as for SCAN's COUNT.
   */
  scan(match: string, count: number): AsyncIterable<readonly string[]>;

  /**
   * Adds a member to a sorted set, or changes its score, and makes the key live for at least `ttlMs`, atomically (ZADD,
   * then PEXPIRE if the key would expire sooner). A later expiry stays, and so does a key without an expiry.
   * @param ttlMs how long the key must live, from now.
   */
  zaddExtendingTtl(key: string, score: number, member: string, ttlMs: number): Promise<void>;

  /**
   * Removes members from a sorted set (ZREM). Redis deletes a set that becomes empty.
   * @returns how many of them the set had. Resolves to 0 for an empty list, without sending a command.
   */
  zrem(key: string, members: readonly string[]): Promise<number>;

  /**
   * Reads the members of a sorted set by score, lowest first (ZRANGEBYSCORE with WITHSCORES and LIMIT).
   * @param min the lowest score, included. May be -Infinity.
   * @param max the highest score, included. May be Infinity.
   * @param offset how many of the members to skip.
   * @param limit how many of them to return at most.
   * @returns an empty list if there is no such key. None is created.
   */
  zrangeByScore(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]>;

  /**
   * Counts the members of a sorted set by score, with the bounds of {@link zrangeByScore} (ZCOUNT).
   * @returns 0 if there is no such key. None is created.
   */
  zcount(key: string, min: number, max: number): Promise<number>;

  /**
   * Reads the score of a member of a sorted set (ZSCORE).
   * @returns null if there is no such member or no such key. None is created.
   */
  zscore(key: string, member: string): Promise<number | null>;

  /**
   * Reads a section of what each master says about itself (INFO).
   * @returns one text for each master, with a line `field:value` for each field; of a server that is not part of a cluster, one.
   */
  info(section: string): Promise<readonly string[]>;
}

/** What the client of a cluster knows about its masters. Sends no command. */
export interface Masters {
  /** Returns a name of the master to which the client would send a command for a key now. Undefined if it knows none. */
  of(key: string): string | undefined;
  /** Returns the names of all masters that serve keys. Empty if the client knows none. */
  all(): readonly string[];
}

/** A member of a sorted set and its score. */
export interface ScoredMember {
  member: string;
  score: number;
}

/** The names of the methods of a {@link RedisLike}. */
export const REDIS_LIKE_METHODS: readonly (keyof RedisLike)[] = [
  'get',
  'set',
  'compareAndSet',
  'markerOf',
  'setUnlessMarked',
  'delAndMark',
  'pexpire',
  'del',
  'mget',
  'scan',
  'zaddExtendingTtl',
  'zrem',
  'zrangeByScore',
  'zcount',
  'zscore',
  'info',
];

/**
 * The longest TTL that core asks for, in milliseconds: over 31,000 years. Redis rejects a TTL that ends after the range of
 * 64 bits, and JavaScript has no Date after the year 275,760.
 */
export const MAX_TTL_MS = 1e15;
