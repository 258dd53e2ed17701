import { isUnavailable } from '../errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { RedisLike, ScoredMember } from './redis-like.ts';
import { explainError } from './server-errors.ts';
import { TimeLimit } from './time-limit.ts';

/** The options that {@link GuardedRedis} uses. */
export interface GuardSettings {
  client: RedisLike;
  /** With `Infinity`, commands wait as long as the client does, and no outage is noticed. */
  timeoutMs: number;
  prefix: string;
}

/**
 * What all of core uses to reach Redis: the client of the application, with a time limit for each command and each step of a
 * scan, a circuit breaker, and errors that say what to do. The private fields make the type nominal, so that the compiler
 * keeps core from using the client itself.
 */
export class GuardedRedis implements RedisLike {
  readonly #client: RedisLike;
  readonly #limit: TimeLimit;
  readonly #breaker: CircuitBreaker;
  readonly #prefix: string;

  /** @param onOutage called with true when Redis is found to be unavailable, and with false when it is back. */
  constructor(
    { client, timeoutMs, prefix }: GuardSettings,
    onOutage: (isUnavailable: boolean) => void,
  ) {
    this.#client = client;
    this.#prefix = prefix;
    this.#breaker = new CircuitBreaker(
      prefix,
      (key) => this.#limit.within(promiseOf(() => client.get(key))),
      onOutage,
    );
    this.#limit = new TimeLimit(timeoutMs, {
      onSuccess: () => this.#breaker.succeeded(),
      onFailure: (cause) =>
        timeoutMs === Number.POSITIVE_INFINITY
          ? explainError(cause, prefix)
          : this.#onFailure(cause),
    });
  }

  get isOrdered(): boolean {
    return this.#client.isOrdered === true;
  }

  /** Whether Redis is known to be away, so that every command fails at once. */
  get isUnavailable(): boolean {
    return this.#breaker.isOpen;
  }

  #onFailure(cause: unknown): unknown {
    const error = explainError(cause, this.#prefix);
    if (isUnavailable(error)) this.#breaker.failed(error);
    else this.#breaker.succeeded();
    return error;
  }

  /** @param key a key that the circuit breaker can read to find out whether Redis is back. */
  #send<Reply>(key: string | undefined, command: () => Promise<Reply>): Promise<Reply> {
    if (this.#breaker.isOpen) return Promise.reject(this.#breaker.refuse(key));
    return this.#limit.within(promiseOf(command));
  }

  get(key: string): Promise<string | null> {
    return this.#send(key, () => this.#client.get(key));
  }

  set(key: string, value: string, ttlMs?: number): Promise<void> {
    return this.#send(key, () => this.#client.set(key, value, ttlMs));
  }

  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null> {
    return this.#send(key, () => this.#client.compareAndSet(key, expected, value, ttlMs));
  }

  markerOf(key: string): string {
    return this.#client.markerOf(key);
  }

  setUnlessMarked(key: string, value: string, ttlMs?: number): Promise<string | null> {
    return this.#send(key, () => this.#client.setUnlessMarked(key, value, ttlMs));
  }

  delAndMark(key: string, text: string, ttlMs: number): Promise<boolean> {
    return this.#send(key, () => this.#client.delAndMark(key, text, ttlMs));
  }

  pexpire(key: string, ttlMs: number): Promise<boolean> {
    return this.#send(key, () => this.#client.pexpire(key, ttlMs));
  }

  del(keys: readonly string[]): Promise<number> {
    return this.#send(keys[0], () => this.#client.del(keys));
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#send(keys[0], () => this.#client.mget(keys));
  }

  async *scan(match: string, count: number): AsyncGenerator<readonly string[], void, undefined> {
    const steps = this.#client.scan(match, count)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#send(undefined, () => steps.next());
        if (step.done) return;
        // Copied: `yield` would await a promise from the adapter without a limit.
        yield [...step.value];
      }
    } finally {
      // Not awaited: after a timeout, it would wait for the very step that took too long.
      Promise.resolve()
        .then(() => steps.return?.())
        .catch(() => {});
    }
  }

  zaddExtendingTtl(key: string, score: number, member: string, ttlMs: number): Promise<void> {
    return this.#send(key, () => this.#client.zaddExtendingTtl(key, score, member, ttlMs));
  }

  zrem(key: string, members: readonly string[]): Promise<number> {
    return this.#send(key, () => this.#client.zrem(key, members));
  }

  zrangeByScore(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]> {
    return this.#send(key, () => this.#client.zrangeByScore(key, min, max, offset, limit));
  }

  zcount(key: string, min: number, max: number): Promise<number> {
    return this.#send(key, () => this.#client.zcount(key, min, max));
  }

  zscore(key: string, member: string): Promise<number | null> {
    return this.#send(key, () => this.#client.zscore(key, member));
  }

  info(section: string): Promise<readonly string[]> {
    return this.#send(undefined, () => this.#client.info(section));
  }
}

/** Returns a promise of the reply, even if the client throws or returns something that is not a promise. */
function promiseOf<Reply>(command: () => Promise<Reply>): Promise<Reply> {
  try {
    // Returns a native promise unchanged.
    return Promise.resolve(command());
  } catch (error) {
    return Promise.reject(error);
  }
}
