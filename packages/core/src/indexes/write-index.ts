import type { IsStale } from './session-id-sets.ts';
import type { IndexEntry, SessionIndex } from './session-index.ts';

/** Returns the user of the session with this storage id, which is stored as this text. */
export type OwnerOf = (id: string, text: string | null) => Promise<string | undefined>;

/**
 * Brings the index up to date after a session was stored that is new, or has another user than before. `ownerOf` is passed in,
 * because the codec is in a room above.
 */
export class WriteIndex<Session extends object> {
  readonly #index: SessionIndex<Session>;
  readonly #ownerOf: OwnerOf;
  readonly #onSignIn: (user: string) => Promise<void>;

  /** @param onSignIn called when a user has one session more. */
  constructor(
    index: SessionIndex<Session>,
    ownerOf: OwnerOf,
    onSignIn: (user: string) => Promise<void>,
  ) {
    this.#index = index;
    this.#ownerOf = ownerOf;
    this.#onSignIn = onSignIn;
  }

  /**
   * Confirms the entry, removes the one of the user before, and reports a sign-in.
   * @param known what is known about the session. Its user becomes the one of the entry.
   */
  async reindexUser(known: { user: string | undefined }, entry: IndexEntry): Promise<void> {
    await this.#index.reassertEntries(entry);
    if (known.user !== undefined) await this.#removeFromUserIndex(known.user, entry);
    if (entry.user !== undefined) await this.#onSignIn(entry.user);
    known.user = entry.user;
  }

  /** Inspects the session again, because another process may have given it back to the user. */
  async #removeFromUserIndex(user: string, { id, expiresAt }: IndexEntry): Promise<void> {
    const isStale: IsStale = async (_entry, text) => (await this.#ownerOf(id, text)) !== user;
    await this.#index.pruneUser(user, [{ member: id, score: expiresAt }], isStale);
  }
}
