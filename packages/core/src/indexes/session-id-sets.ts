import type { Settings } from '../options.ts';
import type { ScoredMember } from '../redis/redis-like.ts';
import { batchesOf } from '../util/batches.ts';

/** How much longer a set lives than the session that needs it most, which is written after its entry. */
const GRACE_MS = 60_000;

/** Judges an entry by what the key of its session holds. */
export type Judge<Answer> = (entry: ScoredMember, text: string | null) => Answer | Promise<Answer>;

/** Whether a session is none of the set's any more. */
export type IsDead = Judge<boolean>;

const isMissing: IsDead = (_entry, text) => text === null;

/**
 * Sorted sets of session ids, scored by when each session expires, in milliseconds since 1970. Each method takes the
 * name of a set. A set expires with the last of its sessions.
 */
export class IdSets {
  readonly #settings: Pick<Settings<never>, 'client' | 'prefix' | 'scanCount'>;

  constructor(settings: Pick<Settings<never>, 'client' | 'prefix' | 'scanCount'>) {
    this.#settings = settings;
  }

  async add(set: string, id: string, expiresAt: number): Promise<void> {
    const ttlMs = Math.max(expiresAt - Date.now(), 0) + GRACE_MS;
    await this.#settings.client.zaddExtendingTtl(set, expiresAt, id, ttlMs);
  }

  async remove(set: string, ids: readonly string[]): Promise<void> {
    await this.#settings.client.zrem(set, ids);
  }

  /** How many entries have not expired, dead ones included. */
  async length(set: string): Promise<number> {
    return this.#settings.client.zcount(set, Date.now(), Number.POSITIVE_INFINITY);
  }

  /**
   * All entries of a set. One that takes several batches is read again until nothing new is found, as an entry whose
   * session gets a shorter life meanwhile moves down.
   */
  async entries(set: string): Promise<ScoredMember[]> {
    const found = new Map<string, ScoredMember>();
    for (;;) {
      const before = found.size;
      const batches = await this.#readInto(found, set);
      if (batches === 1 || found.size === before) return [...found.values()];
    }
  }

  /**
   * Reads a set upwards, `scanCount` entries at a time, each time from the score on where the last time ended, with
   * those of that score once more: an entry whose session is saved meanwhile moves up, and a count of positions would
   * pass over another one for it.
   * @returns how many batches it took.
   */
  async #readInto(found: Map<string, ScoredMember>, set: string): Promise<number> {
    const { client, scanCount } = this.#settings;
    let from = Number.NEGATIVE_INFINITY;
    let again = 0;
    for (let batches = 1; ; batches++) {
      const limit = again + scanCount;
      const batch = await client.zrangeByScore(set, from, Number.POSITIVE_INFINITY, 0, limit);
      for (const entry of batch) found.set(entry.member, entry);
      const last = batch.at(-1);
      if (last === undefined || batch.length < limit) return batches;
      again = batch.filter(({ score }) => score === last.score).length;
      from = last.score;
    }
  }

  /**
   * Drops entries that were found dead. A session can have been written since it was looked for, so each is looked for
   * once more, and its entry put back where it is there now.
   */
  async drop(set: string, dead: readonly ScoredMember[], isDead: IsDead): Promise<void> {
    for (const batch of batchesOf(dead, this.#settings.scanCount)) {
      await this.remove(
        set,
        batch.map(({ member }) => member),
      );
      const stillDead = await this.look(batch, isDead);
      const written = batch.filter((_, index) => !stillDead[index]);
      await Promise.all(written.map(({ member, score }) => this.add(set, member, score)));
    }
  }

  /** Drops the entries of sessions that are not there, among those that have expired; `scanCount` at most. */
  async dropExpired(set: string): Promise<void> {
    const { client, scanCount } = this.#settings;
    const expired = await client.zrangeByScore(
      set,
      Number.NEGATIVE_INFINITY,
      Date.now(),
      0,
      scanCount,
    );
    await this.dropMissing(set, expired);
  }

  /** Drops the entries of all sessions that are not there. */
  async sweep(set: string): Promise<void> {
    await this.dropMissing(set, await this.entries(set));
  }

  /** Drops those of some entries whose sessions are not there. */
  async dropMissing(set: string, entries: readonly ScoredMember[]): Promise<void> {
    for (const batch of batchesOf(entries, this.#settings.scanCount)) {
      const missing = await this.look(batch, isMissing);
      await this.drop(
        set,
        batch.filter((_, index) => missing[index]),
        isMissing,
      );
    }
  }

  /** Judges each of some entries, `scanCount` at most, by what the key of its session holds. */
  async look<Answer>(entries: readonly ScoredMember[], judge: Judge<Answer>): Promise<Answer[]> {
    const { client, prefix } = this.#settings;
    const texts = await client.mget(entries.map(({ member }) => prefix + member));
    return Promise.all(entries.map((entry, index) => judge(entry, texts[index] ?? null)));
  }
}
