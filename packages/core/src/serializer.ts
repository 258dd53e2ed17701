import { hasMethods } from './util/values.ts';

/**
 * Turns sessions into the text that Redis stores, and back. Each side may answer a promise. One that writes cookies
 * itself must write what their `toJSON` answers, as `JSON` does.
 */
export interface Serializer<Session> {
  /**
   * Writes a session as text. With `maxLifetime`, it is given a copy of the session: of the same class, but without
   * private state, and with the field `holdfastCreatedAt`, which must be in the text, or the session's life begins
   * anew.
   */
  stringify(session: Session): string | Promise<string>;
  /** Reads what {@link stringify} wrote. Throws, or answers something else than an object, on any other text. */
  parse(text: string): Session | Promise<Session>;
}

/**
 * A serializer whose text can be read only where it was written: under the same storage id, which is the part of the
 * key after the prefix. Its functions have names of their own, as many a `stringify` takes something else as its second
 * argument.
 */
export interface SealingSerializer<Session> {
  /** Writes a session as the text to store under this id. */
  seal(session: Session, storageId: string): string | Promise<string>;
  /**
   * Reads what {@link seal} wrote for the same id. Where a text does not open, throws a `HoldfastError` with the code
   * `ERR_HOLDFAST_SEALED`, whose message says why: then there is no session. What else it throws counts as an
   * unreadable value.
   */
  open(text: string, storageId: string): Session | Promise<Session>;
}

export function isSealing<Session>(
  serializer: Serializer<Session> | SealingSerializer<Session>,
): serializer is SealingSerializer<Session> {
  return hasMethods(serializer, 'seal', 'open');
}

/** A serializer that does not care where its text is. */
export function unsealed<Session>(serializer: Serializer<Session>): SealingSerializer<Session> {
  return {
    seal: (session) => serializer.stringify(session),
    open: (text) => serializer.parse(text),
  };
}
