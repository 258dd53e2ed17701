import { isUnavailable } from '../errors.ts';
import type { Masters, RedisLike, ScoredMember } from './redis-like.ts';
import { ServerBreakers, type Target } from './server-breakers.ts';
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
 * scan, circuit breakers, and errors that say what to do. The private fields make the type nominal, so that the compiler
 * keeps core from using the client itself.
 */
export class GuardedRedis implements RedisLike {
  readonly #client: RedisLike;
  readonly #limit: TimeLimit<Target>;
  readonly #breakers: ServerBreakers;
  readonly #prefix: string;

  /** @param onOutage called with true when all of Redis is found to be unavailable, and with false when it is back. */
  constructor(
    { client, timeoutMs, prefix }: GuardSettings,
    onOutage: (isUnavailable: boolean) => void,
  ) {
    this.#client = client;
    this.#prefix = prefix;
    this.#breakers = new ServerBreakers(
      prefix,
      client.masters,
      (target) =>
        this.#limit.within(
          promiseOf(() => client.get(target.key ?? prefix)),
          target,
        ),
      onOutage,
    );
    this.#limit = new TimeLimit(timeoutMs, {
      onSuccess: (target) => this.#breakers.succeeded(target),
      onFailure: (cause, target) =>
        timeoutMs === Number.POSITIVE_INFINITY
          ? explainError(cause, prefix)
          : this.#onFailure(cause, target),
    });
  }

  get isOrdered(): boolean {
    return this.#client.isOrdered === true;
  }

  get masters(): Masters | undefined {
    return this.#client.masters;
  }

  /** Whether the server of a key is known to be away, so that a command for that key fails at once. */
  isUnavailable(key: string): boolean {
    return this.#breakers.refuse(this.#breakers.targetOf([key])) !== undefined;
  }

  #onFailure(cause: unknown, target: Target): unknown {
    const error = explainError(cause, this.#prefix);
    if (isUnavailable(error)) this.#breakers.failed(target, error);
    // A server has answered. If the command needed several, it is not known which.
    else if (target.servers.length === 1) this.#breakers.succeeded(target);
    return error;
  }

  /** @param keys all keys that the command names. */
  #send<Reply>(keys: readonly string[], command: () => Promise<Reply>): Promise<Reply> {
    const target = this.#breakers.targetOf(keys);
    const refusal = this.#breakers.refuse(target);
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#limit.within(promiseOf(command), target);
  }

  get(key: string): Promise<string | null> {
    return this.#send([key], () => this.#client.get(key));
  }

  set(key: string, value: string, ttlMs?: number): Promise<void> {
    return this.#send([key], () => this.#client.set(key, value, ttlMs));
  }

  compareAndSet(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null> {
    return this.#send([key], () => this.#client.compareAndSet(key, expected, value, ttlMs));
  }

  markerOf(key: string): string {
    return this.#client.markerOf(key);
  }

  setUnlessMarked(key: string, value: string, ttlMs?: number): Promise<string | null> {
    return this.#send([key], () => this.#client.setUnlessMarked(key, value, ttlMs));
  }

  delAndMark(key: string, text: string, ttlMs: number): Promise<boolean> {
    return this.#send([key], () => this.#client.delAndMark(key, text, ttlMs));
  }

  pexpire(key: string, ttlMs: number): Promise<boolean> {
    return this.#send([key], () => this.#client.pexpire(key, ttlMs));
  }

  del(keys: readonly string[]): Promise<number> {
    return this.#send(keys, () => this.#client.del(keys));
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#send(keys, () => this.#client.mget(keys));
  }

  async *scan(match: string, count: number): AsyncGenerator<readonly string[], void, undefined> {
    const steps = this.#client.scan(match, count)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#send([], () => steps.next());
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
    return this.#send([key], () => this.#client.zaddExtendingTtl(key, score, member, ttlMs));
  }

  zrem(key: string, members: readonly string[]): Promise<number> {
    return this.#send([key], () => this.#client.zrem(key, members));
  }

  zrangeByScore(
    key: string,
    min: number,
    max: number,
    offset: number,
    limit: number,
  ): Promise<ScoredMember[]> {
    return this.#send([key], () => this.#client.zrangeByScore(key, min, max, offset, limit));
  }

  zcount(key: string, min: number, max: number): Promise<number> {
    return this.#send([key], () => this.#client.zcount(key, min, max));
  }

  zscore(key: string, member: string): Promise<number | null> {
    return this.#send([key], () => this.#client.zscore(key, member));
  }

  info(section: string): Promise<readonly string[]> {
    return this.#send([], () => this.#client.info(section));
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
