import type { RedisLike, ScoredMember } from './redis-like.ts';
import { ignoreRejection } from './shape.ts';
import { TimeLimit } from './time-limit.ts';

/** A Redis of which each command is waited for no longer than a limit; of a scan, each step. */
export class LimitedRedis implements RedisLike {
  readonly #client: RedisLike;
  readonly #limit: TimeLimit;

  /** @param timeout the option, in milliseconds. */
  constructor(client: RedisLike, timeout: number) {
    this.#client = client;
    this.#limit = new TimeLimit(timeout);
  }

  get(key: string): Promise<string | null> {
    return this.#limit.within(this.#client.get(key));
  }

  set(key: string, value: string, ttlMs?: number): Promise<void> {
    return this.#limit.within(this.#client.set(key, value, ttlMs));
  }

  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null> {
    return this.#limit.within(this.#client.compareAndSet(key, expected, value, ttlMs));
  }

  expire(key: string, ttlMs: number): Promise<boolean> {
    return this.#limit.within(this.#client.expire(key, ttlMs));
  }

  del(keys: readonly string[]): Promise<number> {
    return this.#limit.within(this.#client.del(keys));
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#limit.within(this.#client.mget(keys));
  }

  async *scan(match: string, count: number): AsyncGenerator<readonly string[], void, undefined> {
    const steps = this.#client.scan(match, count)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#limit.within(steps.next());
        if (step.done) return;
        yield step.value;
      }
    } finally {
      // Not waited for: it would wait for the very step that took too long.
      ignoreRejection(steps.return?.());
    }
  }

  zadd(key: string, score: number, member: string, ttlMs: number): Promise<void> {
    return this.#limit.within(this.#client.zadd(key, score, member, ttlMs));
  }

  zrem(key: string, members: readonly string[]): Promise<number> {
    return this.#limit.within(this.#client.zrem(key, members));
  }

  zrange(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]> {
    return this.#limit.within(this.#client.zrange(key, min, max, offset, limit));
  }

  zcount(key: string, min: number, max: number): Promise<number> {
    return this.#limit.within(this.#client.zcount(key, min, max));
  }
}
