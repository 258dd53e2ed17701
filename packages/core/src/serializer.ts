import { nextStamp } from './util/stamps.ts';
import { hasMethods } from './util/values.ts';

/**
 * Turns sessions into the text that Redis stores, and back. Each method may return a promise. A serializer that writes
 * cookies itself must write what their `toJSON` returns, as `JSON` does.
 */
export interface Serializer<Session> {
  /**
   * Writes a session as text. With `maxLifetime`, it receives a copy of the session: of the same class, without private
   * state, and with the field `holdfastCreatedAt`. The text must contain that field, or the session's lifetime starts over.
   */
  stringify(session: Session): string | Promise<string>;
  /** Reads what {@link stringify} wrote. For any other text, throws or returns something other than an object. */
  parse(text: string): Session | Promise<Session>;
}

/**
 * A serializer whose text can only be read under the storage id that it was written for. The storage id is the part of
 * the key after the prefix. The methods have names of their own because many `stringify` functions take something else
 * as their second argument.
 */
export interface SealingSerializer<Session> {
  /** Writes a session as the text to store under this id. */
  seal(session: Session, storageId: string): string | Promise<string>;
  /**
   * Reads what {@link seal} wrote for the same id. If the text cannot be opened, throws a `HoldfastError` with the code
   * `ERR_HOLDFAST_SEALED` or `ERR_HOLDFAST_TOO_LARGE`, whose message says why: the session then counts as missing. With any
   * other error, the stored value counts as unreadable.
   */
  open(text: string, storageId: string): Session | Promise<Session>;
}

/** The default: JSON, and behind it a stamp, by which a compare-and-set recognizes the text. */
export const STAMPED_JSON: Serializer<unknown> = {
  stringify(session) {
    const text = JSON.stringify(session);
    // JSON writes nothing if the session's own toJSON returns nothing.
    return typeof text === 'string' ? text + nextStamp() : text;
  },
  parse: (text) => JSON.parse(text),
};

export function isSealing<Session>(
  serializer: Serializer<Session> | SealingSerializer<Session>,
): serializer is SealingSerializer<Session> {
  return hasMethods(serializer, 'seal', 'open');
}

/** Gives a serializer the methods of a {@link SealingSerializer}. The storage id does not matter to it. */
export function unsealed<Session>(serializer: Serializer<Session>): SealingSerializer<Session> {
  return {
    seal: (session) => serializer.stringify(session),
    open: (text) => serializer.parse(text),
  };
}
