import type { Compared } from './indexed-writes.ts';
import { conflictError, MAX_TRIES, pauseAfter } from './retries.ts';
import { handleAt } from './session-keys.ts';
import type { WriterParts } from './session-writer.ts';
import type { Snapshot } from './snapshots.ts';
import { withoutPastExpiry } from './ttl.ts';
import { WriteQueue } from './write-queue.ts';

/** What an update did. */
export type UpdateResult<Session> =
  | { readonly outcome: 'stored'; readonly session: Session }
  /** `ended`: the change let the session's cookie expire. `dropped`: there is no such session. */
  | { readonly outcome: 'ended' | 'dropped' };

/** Changes stored sessions atomically: reads, changes and stores a session until no other process writes in between. */
export class SessionUpdater<Session extends object> {
  readonly #parts: WriterParts<Session>;
  /** Without a time limit, because each update also waits for the application's own work. */
  readonly #updates = new WriteQueue(Number.POSITIVE_INFINITY);

  constructor(parts: WriterParts<Session>) {
    this.#parts = parts;
  }

  /**
   * @param readText reads the key.
   * @param change changes the session that it is given. Is called again after each conflict.
   */
  update(
    key: string,
    readText: () => Promise<string | null>,
    change: (session: Session) => unknown,
  ): Promise<UpdateResult<Session>> {
    const { codec, creationTimes, snapshots } = this.#parts;
    return this.#updates.run(key, async () => {
      let expected = await readText();
      for (let tries = 1; expected !== null; tries++) {
        if (tries > MAX_TRIES) throw conflictError(handleAt(key, this.#parts.prefix));
        const loaded = await codec.parse(key, expected);
        if (creationTimes.remainingMs(loaded) <= 0) break;
        const session = withoutPastExpiry(loaded);
        creationTimes.copyOldest([loaded], session);
        const snapshot = snapshots.create(key, session, expected);
        await change(session);
        const { held, isEnded } = await this.#replace(snapshot, session);
        if (held === expected)
          return isEnded ? { outcome: 'ended' } : { outcome: 'stored', session };
        expected = held;
        await pauseAfter(tries);
      }
      return { outcome: 'dropped' };
    });
  }

  async #replace(snapshot: Snapshot, session: Session): Promise<Compared> {
    const { queue, writes, writeIndex, snapshots } = this.#parts;
    const { key, storedText } = snapshot;
    const pending = await writes.prepare(key, session);
    return queue.run(key, async (write) => {
      const compared = await writes.compareAndSet(key, storedText, pending, write);
      if (compared.held !== storedText) return compared;
      if (snapshot.user !== compared.entry.user) {
        await writeIndex.reindexUser(snapshot, compared.entry);
      }
      snapshots.take(key, session, pending.text);
      return compared;
    });
  }
}
