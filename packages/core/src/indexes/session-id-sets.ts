import type { GuardedRedis } from '../redis/guarded-redis.ts';
import type { ScoredMember } from '../redis/redis-like.ts';
import { batchesOf } from '../util/batches.ts';
import { clock } from '../util/clock.ts';

/** How much longer a set lives than its longest-lived session, which is stored after its entry. */
const GRACE_MS = 60_000;

/** Judges an entry by the text that the key of its session holds; null if there is no such key. */
export type Judge<Verdict> = (
  entry: ScoredMember,
  text: string | null,
) => Verdict | Promise<Verdict>;

/** Judges whether an entry is stale: whether its session is not there, or no longer belongs in the set. */
export type IsStale = Judge<boolean>;

const isMissing: IsStale = (_entry, text) => text === null;

/** The options that {@link SessionIdSets} uses. */
export interface SetSettings {
  client: GuardedRedis;
  prefix: string;
  scanCount: number;
}

/**
 * Sorted sets of session ids. The score of an entry is when its session expires, in milliseconds since 1970. Every method
 * takes the name of a set. A set expires with its last session.
 */
export class SessionIdSets {
  readonly #redis: GuardedRedis;
  readonly #prefix: string;
  readonly #scanCount: number;

  constructor({ client, prefix, scanCount }: SetSettings) {
    this.#redis = client;
    this.#prefix = prefix;
    this.#scanCount = scanCount;
  }

  async add(set: string, id: string, expiresAt: number): Promise<void> {
    const ttlMs = Math.max(expiresAt - clock.now(), 0) + GRACE_MS;
    await this.#redis.zaddExtendingTtl(set, expiresAt, id, ttlMs);
  }

  async has(set: string, id: string): Promise<boolean> {
    return (await this.#redis.zscore(set, id)) !== null;
  }

  async remove(set: string, ids: readonly string[]): Promise<void> {
    await this.#redis.zrem(set, ids);
  }

  /** Counts the entries that have not expired, including stale ones. */
  count(set: string): Promise<number> {
    return this.#redis.zcount(set, clock.now(), Number.POSITIVE_INFINITY);
  }

  /**
   * Reads all entries of a set, in one command whatever `scanCount` is: between two commands, an entry can move from the part
   * that was not read yet to the part that was.
   */
  entries(set: string): Promise<ScoredMember[]> {
    const { NEGATIVE_INFINITY, POSITIVE_INFINITY, MAX_SAFE_INTEGER } = Number;
    return this.#redis.zrangeByScore(
      set,
      NEGATIVE_INFINITY,
      POSITIVE_INFINITY,
      0,
      MAX_SAFE_INTEGER,
    );
  }

  /**
   * Removes entries that were found to be stale. A session can have been stored since it was inspected, so this inspects
   * each again afterwards, and adds its entry again if the session is there now.
   */
  async prune(set: string, stale: readonly ScoredMember[], isStale: IsStale): Promise<void> {
    for (const batch of batchesOf(stale, this.#scanCount)) {
      await this.remove(
        set,
        batch.map(({ member }) => member),
      );
      const areStillStale = await this.inspect(batch, isStale);
      const stored = batch.filter((_, index) => !areStillStale[index]);
      await Promise.all(stored.map(({ member, score }) => this.add(set, member, score)));
    }
  }

  /** Removes expired entries whose sessions are not there; at most `scanCount` of them. */
  async pruneExpired(set: string): Promise<void> {
    const { NEGATIVE_INFINITY } = Number;
    const expired = await this.#redis.zrangeByScore(
      set,
      NEGATIVE_INFINITY,
      clock.now(),
      0,
      this.#scanCount,
    );
    await this.pruneMissing(set, expired);
  }

  /** Removes all entries whose sessions are not there. */
  async pruneAll(set: string): Promise<void> {
    await this.pruneMissing(set, await this.entries(set));
  }

  /** Removes the given entries if their sessions do not exist. */
  async pruneMissing(set: string, entries: readonly ScoredMember[]): Promise<void> {
    for (const batch of batchesOf(entries, this.#scanCount)) {
      const areMissing = await this.inspect(batch, isMissing);
      await this.prune(
        set,
        batch.filter((_, index) => areMissing[index]),
        isMissing,
      );
    }
  }

  /** Reads the sessions of some entries, at most `scanCount`, and judges each entry. */
  async inspect<Verdict>(
    entries: readonly ScoredMember[],
    judge: Judge<Verdict>,
  ): Promise<Verdict[]> {
    const texts = await this.#redis.mget(entries.map(({ member }) => this.#prefix + member));
    return Promise.all(entries.map((entry, index) => judge(entry, texts[index] ?? null)));
  }
}
