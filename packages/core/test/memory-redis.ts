import type { RedisLike, ScoredMember } from '../src/redis/redis-like.ts';

/** A command that was sent. */
export interface Sent {
  name: keyof RedisLike;
  args: readonly unknown[];
}

/**
 * A client in memory, for tests of what core sends and when. A test can hold back the replies of a command: the command takes
 * effect when it is sent, and its reply arrives when the test releases it. Keys do not expire.
 */
export class MemoryRedis implements RedisLike {
  isOrdered = false;
  /** What INFO says, of each master. */
  infos: readonly string[] = ['maxmemory:0\r\nmaxmemory_policy:noeviction\r\n'];
  readonly texts: Map<string, string> = new Map();
  readonly sets: Map<string, Map<string, number>> = new Map();
  readonly sent: Sent[] = [];
  readonly #held = new Map<keyof RedisLike, { remaining: number; replies: (() => void)[] }>();

  /** Holds back the replies to so many commands of this name, by default to all that come. */
  hold(name: keyof RedisLike, count: number = Number.POSITIVE_INFINITY): void {
    this.#held.set(name, { remaining: count, replies: [] });
  }

  /** Lets the replies arrive that were held back, and holds back no more. */
  release(name: keyof RedisLike): void {
    const held = this.#held.get(name);
    this.#held.delete(name);
    for (const reply of held?.replies ?? []) reply();
  }

  /** The names of the commands that were sent since the last call. */
  takeNames(): (keyof RedisLike)[] {
    return this.sent.splice(0).map(({ name }) => name);
  }

  get(key: string): Promise<string | null> {
    return this.#reply('get', [key], this.texts.get(key) ?? null);
  }

  set(key: string, value: string, ttlMs?: number): Promise<void> {
    this.texts.set(key, value);
    return this.#reply('set', [key, value, ttlMs], undefined);
  }

  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null> {
    const held = this.texts.get(key) ?? null;
    if (held === expected) this.texts.set(key, value);
    return this.#reply('compareAndSet', [key, expected, value, ttlMs], held);
  }

  markerOf(key: string): string {
    return `holdfast:ended:{${key}}`;
  }

  setUnlessMarked(key: string, value: string, ttlMs?: number): Promise<string | null> {
    const marked = this.texts.get(this.markerOf(key)) ?? null;
    if (marked === null) this.texts.set(key, value);
    return this.#reply('setUnlessMarked', [key, value, ttlMs], marked);
  }

  delAndMark(key: string, text: string, ttlMs: number): Promise<boolean> {
    this.texts.set(this.markerOf(key), text);
    return this.#reply('delAndMark', [key, text, ttlMs], this.texts.delete(key));
  }

  pexpire(key: string, ttlMs: number): Promise<boolean> {
    return this.#reply('pexpire', [key, ttlMs], this.texts.has(key));
  }

  del(keys: readonly string[]): Promise<number> {
    const existed = keys.filter((key) => this.texts.delete(key));
    return this.#reply('del', [keys], existed.length);
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#reply(
      'mget',
      [keys],
      keys.map((key) => this.texts.get(key) ?? null),
    );
  }

  async *scan(_match: string): AsyncGenerator<string[], void, undefined> {
    yield [...this.texts.keys(), ...this.sets.keys()];
  }

  zaddExtendingTtl(key: string, score: number, member: string, ttlMs: number): Promise<void> {
    const set = this.sets.get(key) ?? new Map();
    this.sets.set(key, set.set(member, score));
    return this.#reply('zaddExtendingTtl', [key, score, member, ttlMs], undefined);
  }

  zrem(key: string, members: readonly string[]): Promise<number> {
    const set = this.sets.get(key);
    const existed = members.filter((member) => set?.delete(member));
    return this.#reply('zrem', [key, members], existed.length);
  }

  zrangeByScore(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]> {
    const members = [...(this.sets.get(key) ?? [])]
      .map(([member, score]) => ({ member, score }))
      .filter(({ score }) => min <= score && score <= max)
      .sort((one, other) => one.score - other.score);
    return this.#reply('zrangeByScore', [key], members.slice(offset, offset + limit));
  }

  zcount(key: string, min: number, max: number): Promise<number> {
    const scores = [...(this.sets.get(key)?.values() ?? [])];
    return this.#reply(
      'zcount',
      [key],
      scores.filter((score) => min <= score && score <= max).length,
    );
  }

  zscore(key: string, member: string): Promise<number | null> {
    return this.#reply('zscore', [key, member], this.sets.get(key)?.get(member) ?? null);
  }

  info(section: string): Promise<readonly string[]> {
    return this.#reply('info', [section], this.infos);
  }

  #reply<Reply>(name: keyof RedisLike, args: readonly unknown[], reply: Reply): Promise<Reply> {
    this.sent.push({ name, args });
    const held = this.#held.get(name);
    if (held === undefined || held.remaining === 0) return Promise.resolve(reply);
    held.remaining--;
    return new Promise((resolve) => held.replies.push(() => resolve(reply)));
  }
}
