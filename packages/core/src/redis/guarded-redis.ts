import { isAway } from '../errors.ts';
import type { Settings } from '../options.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { RedisLike, ScoredMember } from './redis-like.ts';
import { explained } from './server-errors.ts';
import { TimeLimit } from './time-limit.ts';

/**
 * A Redis of which each command is waited for no longer than a limit, and of a scan each step, and which is not asked
 * while it is known to be away. Where it is away, the errors say so, whatever the client says.
 */
export class GuardedRedis implements RedisLike {
  readonly #client: RedisLike;
  readonly #limit: TimeLimit;
  readonly #breaker: CircuitBreaker;

  /**
   * @param settings with an infinite `timeoutMs`, commands are waited for as long as the client does, and no outage
   *   is noticed.
   * @param onOutage told when Redis is away, and when it is back.
   */
  constructor(
    { client, timeoutMs, prefix }: Pick<Settings<never>, 'client' | 'timeoutMs' | 'prefix'>,
    onOutage: (isAway: boolean) => void,
  ) {
    this.#client = client;
    this.#breaker = new CircuitBreaker(
      prefix,
      (key) => this.#limit.within(started(() => client.get(key))),
      onOutage,
    );
    this.#limit = new TimeLimit(timeoutMs, {
      onAnswer: () => this.#breaker.answered(),
      onFailure:
        timeoutMs === Number.POSITIVE_INFINITY ? explained : (cause) => this.#failed(cause),
    });
  }

  #failed(cause: unknown): unknown {
    const error = explained(cause);
    if (isAway(error)) this.#breaker.failed(error);
    else this.#breaker.answered();
    return error;
  }

  /** @param key a key that shows whether Redis is back, where it is away now. */
  #ask<Answer>(key: string | undefined, command: () => Promise<Answer>): Promise<Answer> {
    if (this.#breaker.isOpen) return Promise.reject(this.#breaker.refusal(key));
    return this.#limit.within(started(command));
  }

  get(key: string): Promise<string | null> {
    return this.#ask(key, () => this.#client.get(key));
  }

  set(key: string, value: string, ttlMs?: number): Promise<void> {
    return this.#ask(key, () => this.#client.set(key, value, ttlMs));
  }

  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null> {
    return this.#ask(key, () => this.#client.compareAndSet(key, expected, value, ttlMs));
  }

  pexpire(key: string, ttlMs: number): Promise<boolean> {
    return this.#ask(key, () => this.#client.pexpire(key, ttlMs));
  }

  del(keys: readonly string[]): Promise<number> {
    return this.#ask(keys[0], () => this.#client.del(keys));
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#ask(keys[0], () => this.#client.mget(keys));
  }

  async *scan(match: string, count: number): AsyncGenerator<readonly string[], void, undefined> {
    const steps = this.#client.scan(match, count)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#ask(undefined, () => steps.next());
        if (step.done) return;
        // A copy, as to yield a promise is to wait for it without a limit.
        yield [...step.value];
      }
    } finally {
      // Not waited for: it would wait for the very step that took too long.
      Promise.resolve()
        .then(() => steps.return?.())
        .catch(() => {});
    }
  }

  zaddExtendingTtl(key: string, score: number, member: string, ttlMs: number): Promise<void> {
    return this.#ask(key, () => this.#client.zaddExtendingTtl(key, score, member, ttlMs));
  }

  zrem(key: string, members: readonly string[]): Promise<number> {
    return this.#ask(key, () => this.#client.zrem(key, members));
  }

  zrangeByScore(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]> {
    return this.#ask(key, () => this.#client.zrangeByScore(key, min, max, offset, limit));
  }

  zcount(key: string, min: number, max: number): Promise<number> {
    return this.#ask(key, () => this.#client.zcount(key, min, max));
  }
}

/** A client that throws, or that answers anything else than a promise, has answered like any other. */
function started<Answer>(command: () => Promise<Answer>): Promise<Answer> {
  try {
    // What is a promise stays the same one.
    return Promise.resolve(command());
  } catch (error) {
    return Promise.reject(error);
  }
}
