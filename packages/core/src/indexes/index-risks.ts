import { HoldfastError, isUnavailable } from '../errors.ts';
import type { GuardedRedis } from '../redis/guarded-redis.ts';

/** What can make Redis lose an entry of the index although it keeps the session. */
interface Risks {
  /** Redis deletes keys when its memory is full, or does not say whether it does. */
  eviction: boolean;
  /** An entry and its session can be on different servers, and a failover of one loses what its replica had not received yet. */
  failover: boolean;
}

/** Knows what can make Redis lose entries of the index. Warns once of eviction. */
export class IndexRisks {
  readonly #redis: GuardedRedis;
  readonly #onWarning: (warning: HoldfastError) => void;
  #known: Risks | undefined;
  #isAsking = false;
  #failures = 0;
  #hasWarned = false;

  constructor(redis: GuardedRedis, onWarning: (warning: HoldfastError) => void) {
    this.#redis = redis;
    this.#onWarning = onWarning;
  }

  /** Whether entries can be lost. False until that is known: the first call asks Redis in the background. */
  get canLoseEntries(): boolean {
    if (this.#known !== undefined) return this.#known.eviction || this.#known.failover;
    if (!this.#isAsking) this.#ask();
    return false;
  }

  #ask(): void {
    const done = () => {
      this.#isAsking = false;
    };
    this.#isAsking = true;
    this.mayEvict().then(done, done);
  }

  /**
   * Asks Redis whether it evicts keys. True as well if it does not say, or if the access rules forbid the question. While a server is
   * unavailable, the last answer counts.
   * @throws HoldfastError if Redis is unavailable, until it has answered once or failed several times.
   */
  async mayEvict(): Promise<boolean> {
    try {
      return await this.#askPolicies();
    } catch (error) {
      if (this.#known !== undefined) return this.#known.eviction;
      this.#failures++;
      if (this.#failures < MAX_FAILURES) throw error;
      return this.#note([UNKNOWN]);
    }
  }

  async #askPolicies(): Promise<boolean> {
    return this.#note(await this.#policies());
  }

  #note(policies: readonly string[]): boolean {
    const evicting = policies.find((policy) => policy !== NO_EVICTION);
    this.#known = { eviction: evicting !== undefined, failover: policies.length > 1 };
    if (evicting !== undefined && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#onWarning(evictionWarning(evicting));
    }
    return this.#known.eviction;
  }

  /** Returns the eviction policy of each master. */
  async #policies(): Promise<string[]> {
    try {
      return (await this.#redis.info('memory')).map(policyOf);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      return [UNKNOWN];
    }
  }
}

/**
 * After so many failures, Redis counts as one that does not say. Some proxies close the connection on INFO, and each question fails what
 * else is under way.
 */
const MAX_FAILURES = 3;

const NO_EVICTION = 'noeviction';
const UNKNOWN = 'unknown';

/** Without a limit of its memory, Redis evicts nothing. */
function policyOf(info: string): string {
  if (/^maxmemory:0\r?$/m.test(info)) return NO_EVICTION;
  return /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? UNKNOWN;
}

function evictionWarning(policy: string): HoldfastError {
  const what =
    policy === UNKNOWN
      ? 'Redis does not say in INFO whether it deletes keys when its memory is full. If it does'
      : `Redis deletes keys when its memory is full (its maxmemory-policy is ${policy})`;
  return new HoldfastError(
    'ERR_HOLDFAST_EVICTION',
    `${what}, lists and counts can lack sessions, and visitors can be signed out. Until that is certain not to happen, destroyByUser reads all sessions. Set maxmemory-policy to noeviction.`,
  );
}
