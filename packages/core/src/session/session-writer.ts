import type { IndexEntry } from '../indexes/session-index.ts';
import type { WriteIndex } from '../indexes/write-index.ts';
import { withStampOf } from '../util/stamps.ts';
import type { WriteOutcome } from '../util/tracing.ts';
import { cookieFieldsOf, isSameButExpiry } from './cookies.ts';
import type { CreationTimes } from './creation-times.ts';
import type { EndReason } from './end-markers.ts';
import type { IndexedWrites, PendingWrite, WriteParts } from './indexed-writes.ts';
import { type Conflicts, type Fields, merge, onlyDeletes, type Path } from './merge.ts';
import { conflictError, MAX_TRIES, pauseAfter } from './retries.ts';
import { handleAt } from './session-keys.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';
import type { QueuedWrite, WriteQueue } from './write-queue.ts';

/** The field in which passport keeps the signed-in user. */
const PASSPORT = 'passport';

/** What a write did. */
export interface WriteResult {
  readonly outcome: WriteOutcome;
  /** Where this save has replaced another's change. Absent: nowhere. */
  readonly replaced?: readonly Path[];
  /** Whether this save would have added or changed something that is not stored now. Absent: no. */
  readonly isLoss?: boolean;
  /** Whether the key held nothing before. Absent if the save did not look. */
  readonly wasMissing?: boolean;
}

/** The options that {@link SessionWriter} uses. */
export interface WriterSettings<Session> {
  concurrency: 'merge' | 'overwrite';
  conflicts: Conflicts<Session> | undefined;
  disableTouch: boolean;
  disableTTL: boolean;
}

/** The parts that {@link SessionWriter} uses. */
export interface WriterParts<Session extends object> extends WriteParts<Session> {
  readonly queue: WriteQueue;
  readonly writes: IndexedWrites<Session>;
  readonly writeIndex: WriteIndex<Session>;
  readonly snapshots: Snapshots<Session>;
  readonly creationTimes: CreationTimes;
}

/**
 * Saves, touches and destroys sessions so that concurrent writers lose nothing. A session that was read is stored by
 * compare-and-set over the text that it was read from. If another writer has changed it since, both changes are merged.
 * The writes of one session in this process run one after the other, and each begins with what the one before it has stored.
 */
export class SessionWriter<Session extends object> {
  readonly #settings: WriterSettings<Session>;
  readonly #parts: WriterParts<Session>;

  constructor(settings: WriterSettings<Session>, parts: WriterParts<Session>) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /**
   * Stores a session as it is now. Its place in the queue is fixed by the order of the calls, however long the serializer
   * takes. A session without a snapshot of this key is stored whatever the key holds.
   * @param options `looksFirst`: whether to find out for a session without a snapshot if the key holds anything.
   */
  save(
    key: string,
    session: Session,
    { looksFirst }: { looksFirst: boolean },
  ): Promise<WriteResult> {
    const pending = this.#parts.writes.prepare(key, session);
    return this.#parts.queue.run(key, async (write) => {
      const mine = await pending;
      const snapshot = this.#snapshotToCompare(key, session);
      if (snapshot === undefined) {
        // Unlike GET, MGET does not fail if the key holds another Redis type.
        const wasMissing = looksFirst && (await this.#parts.redis.mget([key]))[0] === null;
        return { ...(await this.#set(key, mine, write)), wasMissing };
      }
      return this.#compareAndSetWithMerge(snapshot, mine, write);
    });
  }

  /**
   * Extends the life of a session. A session that was read is stored as it was read, with the cookie that it has now. For
   * any other, only the key's expiry moves.
   */
  touch(key: string, session: Session): Promise<WriteResult> {
    const { queue, writes, codec, creationTimes } = this.#parts;
    return queue.run(key, async (write) => {
      const snapshot = this.#snapshotToCompare(key, session);
      if (snapshot === undefined || !('cookie' in session)) {
        return { outcome: await writes.extend(key, session, write) };
      }
      const loaded = await codec.parse(key, snapshot.loadedText);
      const touched = { ...loaded, cookie: session.cookie };
      creationTimes.copyOldest([loaded, session], touched);
      const pending = await writes.prepare(key, touched);
      return this.#compareAndSetWithMerge(snapshot, pending, write);
    });
  }

  /**
   * Returns whether a touch must be written. It need not be if the options turn it off, or if the expiry would hardly move.
   * A session that has expired is always touched, which ends it.
   */
  isTouchDue(key: string, session: Session): boolean {
    const { disableTouch, disableTTL } = this.#settings;
    const ttlMs = this.#parts.ttl.of(session);
    if (ttlMs === 0) return true;
    return !(disableTouch || disableTTL || this.#isRecent(key, session, ttlMs));
  }

  #isRecent(key: string, session: Session, ttlMs: number | undefined): boolean {
    const { snapshots, throttle } = this.#parts;
    const snapshot = snapshots.of(key, session);
    if (ttlMs === undefined || snapshot === undefined) return false;
    return (
      throttle.isRecent(key, ttlMs) && isSameButExpiry(snapshot.cookie, cookieFieldsOf(session))
    );
  }

  /**
   * Removes a session after the writes that were requested before. Does nothing if there is none.
   * @param reason why, to remember. Absent: nothing is remembered.
   */
  destroy(key: string, reason?: EndReason): Promise<void> {
    const { queue, writes } = this.#parts;
    return queue.run(key, (write) => writes.remove(key, write, reason));
  }

  /** Returns the snapshot that a session must be compared with. None with `concurrency: "overwrite"`. */
  #snapshotToCompare(key: string, session: Session): Snapshot | undefined {
    if (this.#settings.concurrency === 'overwrite') return undefined;
    return this.#parts.snapshots.of(key, session);
  }

  async #set(key: string, mine: PendingWrite<Session>, write: QueuedWrite): Promise<WriteResult> {
    const { writes, snapshots } = this.#parts;
    const entry = await writes.set(key, mine, write);
    if (entry === 'dropped') return this.#dropped(key, undefined, mine);
    if (entry === 'ended') return { outcome: entry };
    const { session, text, cookie } = mine;
    const known = snapshots.of(key, session);
    const snapshot = known ?? {
      key,
      loadedText: text,
      storedText: text,
      user: undefined,
      cookie,
      unconfirmed: [],
    };
    // A session that was read from another key keeps its snapshot of that key.
    if (!snapshots.has(session)) snapshots.keep(session, snapshot);
    if (known === undefined || known.user !== entry.user) await this.#reindex(snapshot, entry);
    return { outcome: 'stored' };
  }

  async #compareAndSetWithMerge(
    snapshot: Snapshot,
    pending: PendingWrite<Session>,
    write: QueuedWrite,
  ): Promise<WriteResult> {
    const { key } = snapshot;
    const mine = unlessChanged(snapshot.loadedText, pending);
    let expected = write.previousText ?? snapshot.storedText;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const isMerge = expected !== snapshot.loadedText;
      const { next, replaced } = isMerge
        ? await this.#merge(snapshot, mine.text, expected)
        : { next: mine, replaced: [] };
      // Until Redis answers, and if it never does. The queue can give up on this write, and begin the next, before that.
      const attempt = { loadedText: mine.text, storedText: next.text };
      snapshot.unconfirmed = [...snapshot.unconfirmed, attempt];
      const { held, entry, isEnded } = await this.#parts.writes.compareAndSet(
        key,
        expected,
        next,
        write,
      );
      if (held !== expected) {
        snapshot.unconfirmed = snapshot.unconfirmed.filter((other) => other !== attempt);
      }
      if (held === null) return this.#dropped(key, snapshot.loadedText, mine);
      if (held === expected) {
        // Not after a late reply: a later save may have updated the snapshot already.
        if (!write.isExpired) noteStored(snapshot, mine, next);
        if (snapshot.user !== entry.user) await this.#reindex(snapshot, entry);
        if (isEnded) return { outcome: 'ended' };
        if (replaced.length > 0) return { outcome: 'replaced', replaced };
        return { outcome: isMerge ? 'merged' : 'stored' };
      }
      confirm(snapshot, held);
      expected = held;
      await pauseAfter(tries);
    }
    throw conflictError(handleAt(key, this.#parts.prefix));
  }

  /** @param base what this request had read. Undefined: it has not read the session. */
  async #dropped(
    key: string,
    base: string | undefined,
    mine: PendingWrite<Session>,
  ): Promise<WriteResult> {
    const { codec } = this.#parts;
    const before = base === undefined ? {} : await codec.parse(key, base);
    const isLoss = !onlyDeletes(before as Fields, (await codec.parse(key, mine.text)) as Fields);
    return { outcome: 'dropped', isLoss };
  }

  async #merge(
    { key, loadedText }: Snapshot,
    mine: string,
    theirs: string,
  ): Promise<{ next: PendingWrite<Session>; replaced: Path[] }> {
    const { writes, codec, creationTimes, index } = this.#parts;
    // Async, so that a parse that throws at once leaves no other promise without a handler.
    const parse = async (text: string) => (await codec.parse(key, text)) as Fields;
    const [base, changed, stored] = await Promise.all([
      parse(loadedText),
      parse(mine),
      parse(theirs),
    ]);
    const wholeFields = new Set([PASSPORT]);
    for (const side of [base, changed, stored]) {
      for (const field of index.userFieldsOf(side as Session)) wholeFields.add(field);
    }
    const { conflicts } = this.#settings;
    const { fields, replaced } = merge(base, changed, stored, { conflicts, wholeFields });
    creationTimes.copyOldest([base, changed, stored], fields);
    const next = await writes.prepare(key, fields as Session);
    return { next: unlessChanged(theirs, next), replaced };
  }

  #reindex(snapshot: Snapshot, entry: IndexEntry): Promise<void> {
    return this.#parts.writeIndex.reindexUser(snapshot, entry);
  }
}

/** Returns a write with the text that was read, stamp and all, if it would store the same content again. */
function unlessChanged<Session>(read: string, write: PendingWrite<Session>): PendingWrite<Session> {
  return { ...write, text: withStampOf(read, write.text) };
}

/** Makes a snapshot stand for what was stored. */
function noteStored<Session>(
  snapshot: Snapshot,
  mine: PendingWrite<Session>,
  stored: PendingWrite<Session>,
): void {
  snapshot.loadedText = mine.text;
  snapshot.storedText = stored.text;
  snapshot.cookie = mine.cookie;
  snapshot.unconfirmed = [];
}

/** Recognizes a write of this object that Redis has stored after all: what it changed is then no change of another request. */
function confirm(snapshot: Snapshot, held: string): void {
  const stored = snapshot.unconfirmed.find(({ storedText }) => storedText === held);
  if (stored !== undefined) Object.assign(snapshot, stored);
}
