import type { IndexRisks } from '../indexes/index-risks.ts';
import type { SessionIndex } from '../indexes/session-index.ts';
import { storageIdAt } from './session-keys.ts';
import type { Snapshots } from './snapshots.ts';
import type { TouchThrottle } from './touch-throttle.ts';

/** The parts that {@link EntryWatch} uses. */
export interface WatchParts<Session extends object> {
  readonly prefix: string;
  readonly index: SessionIndex<Session>;
  readonly snapshots: Snapshots<Session>;
  readonly throttle: TouchThrottle;
  readonly risks: IndexRisks;
}

/**
 * Looks at the index entry of a session that was read, where Redis can lose entries. Without its entry, the session's next touch is
 * written, which adds the entry again. The look also counts as a use of the user's set, so that a server that evicts the keys
 * that were used least recently keeps the set as long as the sessions.
 */
export class EntryWatch<Session extends object> {
  readonly #parts: WatchParts<Session>;

  constructor(parts: WatchParts<Session>) {
    this.#parts = parts;
  }

  /** Looks in the background, beside the work of the request. A look that fails changes nothing. */
  look(key: string, session: Session): void {
    const { prefix, index, snapshots, throttle, risks } = this.#parts;
    if (!index.isUsed || !risks.canLoseEntries) return;
    const user = snapshots.of(key, session)?.user;
    if (user === undefined) return;
    index.hasEntry(storageIdAt(key, prefix), user).then(
      (isThere) => {
        if (!isThere) throttle.forget(key);
      },
      () => {},
    );
  }
}
