import { isNativeError } from 'node:util/types';

/**
 * The codes of {@link HoldfastError}. They stay the same from release to release, so compare codes, not messages.
 *
 * - `ERR_HOLDFAST_INVALID_OPTION`: an option is unknown, or has a value that is not accepted.
 * - `ERR_HOLDFAST_INVALID_CLIENT`: the client is missing, needs an adapter, or was given to the wrong adapter.
 * - `ERR_HOLDFAST_INVALID_ARGUMENT`: a method does not accept the session id, session, user, callback or page that it was given.
 * - `ERR_HOLDFAST_INVALID_TTL`: the `ttl` function threw, or did not return a number of seconds.
 * - `ERR_HOLDFAST_INVALID_EXPIRES`: the session's `cookie.expires` is not a date.
 * - `ERR_HOLDFAST_INVALID_USER_ID`: the `userId` function threw, or did not return the id of a user or undefined.
 * - `ERR_HOLDFAST_SERIALIZE`: the serializer could not write the session.
 * - `ERR_HOLDFAST_CORRUPT`: the stored value cannot be read as a session. It counts as a missing session.
 * - `ERR_HOLDFAST_SEALED`: the stored value cannot be decrypted. It counts as a missing session.
 * - `ERR_HOLDFAST_TOO_LARGE`: the stored value is compressed, and too large to be inflated. It counts as a missing session.
 * - `ERR_HOLDFAST_WRONG_TYPE`: the key holds another Redis type than a string. It counts as a missing session.
 * - `ERR_HOLDFAST_ENDED`: another request has ended the session that the application wanted to save.
 * - `ERR_HOLDFAST_CONFLICT`: other processes changed the session during each attempt to save it.
 * - `ERR_HOLDFAST_TIMEOUT`: Redis, or an async serializer, did not answer in time. A write may have happened, or may still happen.
 * - `ERR_HOLDFAST_UNAVAILABLE`: Redis could not be reached, or cannot serve commands at the moment.
 * - `ERR_HOLDFAST_READ_ONLY`: the server is a replica, which accepts no writes.
 * - `ERR_HOLDFAST_UNAUTHENTICATED`: the server rejected the client's username and password, or the client sent none.
 * - `ERR_HOLDFAST_FORBIDDEN`: the server's access rules (ACL) forbid a command or key.
 * - `ERR_HOLDFAST_SCRIPTS_DISABLED`: the server does not run scripts.
 * - `ERR_HOLDFAST_EVICTION`: the server deletes keys when its memory is full, so the index can lose sessions.
 * - `ERR_HOLDFAST_REJECTED`: the server rejected a command for another reason, such as a full memory.
 */
export type HoldfastErrorCode =
  | 'ERR_HOLDFAST_INVALID_OPTION'
  | 'ERR_HOLDFAST_INVALID_CLIENT'
  | 'ERR_HOLDFAST_INVALID_ARGUMENT'
  | 'ERR_HOLDFAST_INVALID_TTL'
  | 'ERR_HOLDFAST_INVALID_EXPIRES'
  | 'ERR_HOLDFAST_INVALID_USER_ID'
  | 'ERR_HOLDFAST_SERIALIZE'
  | 'ERR_HOLDFAST_CORRUPT'
  | 'ERR_HOLDFAST_SEALED'
  | 'ERR_HOLDFAST_TOO_LARGE'
  | 'ERR_HOLDFAST_WRONG_TYPE'
  | 'ERR_HOLDFAST_ENDED'
  | 'ERR_HOLDFAST_CONFLICT'
  | 'ERR_HOLDFAST_TIMEOUT'
  | 'ERR_HOLDFAST_UNAVAILABLE'
  | 'ERR_HOLDFAST_READ_ONLY'
  | 'ERR_HOLDFAST_UNAUTHENTICATED'
  | 'ERR_HOLDFAST_FORBIDDEN'
  | 'ERR_HOLDFAST_SCRIPTS_DISABLED'
  | 'ERR_HOLDFAST_EVICTION'
  | 'ERR_HOLDFAST_REJECTED';

/** The codes for a stored value that cannot be read as a session. */
const UNREADABLE: readonly HoldfastErrorCode[] = [
  'ERR_HOLDFAST_CORRUPT',
  'ERR_HOLDFAST_SEALED',
  'ERR_HOLDFAST_TOO_LARGE',
  'ERR_HOLDFAST_WRONG_TYPE',
];

/** The codes that {@link SealingSerializer} throws. */
const NOT_OPENED: readonly HoldfastErrorCode[] = ['ERR_HOLDFAST_SEALED', 'ERR_HOLDFAST_TOO_LARGE'];

/** The codes that mean that Redis is unavailable. */
const UNAVAILABLE: readonly HoldfastErrorCode[] = [
  'ERR_HOLDFAST_TIMEOUT',
  'ERR_HOLDFAST_UNAVAILABLE',
];

/** The codes for conditions that can end without a change by you, such as when a replica becomes the master. */
const TEMPORARY: readonly HoldfastErrorCode[] = [...UNAVAILABLE, 'ERR_HOLDFAST_READ_ONLY'];

/** What a {@link HoldfastError} can carry in addition to its code and message. */
export interface HoldfastErrorDetails {
  /** The error of the client, serializer, `ttl` or `userId` function that led to this one. */
  cause?: unknown;
  /** The handle of the session that the error is about: the SHA-256 of its id, in hexadecimal digits. */
  handle?: string;
}

/** An error that Holdfast throws. Neither its message nor its cause contains an id or content of a session. */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError';
  readonly code: HoldfastErrorCode;
  /** The handle of the session that the error is about: the SHA-256 of its id, in hexadecimal digits. Absent if it is not about one. */
  declare readonly handle?: string;
  /** 503 if Redis is unavailable or read-only, 401 if the session was ended. Express responds with it. Absent for all other codes. */
  declare readonly status?: 401 | 503;

  static {
    Object.defineProperty(HoldfastError, Symbol.hasInstance, { value: hasInstance });
  }

  /** Appends to the message where `docs/errors.md` explains the code. */
  constructor(
    code: HoldfastErrorCode,
    message: string,
    { cause, handle }: HoldfastErrorDetails = {},
  ) {
    super(message + linkOf(code), cause === undefined ? undefined : { cause });
    this.code = code;
    if (handle !== undefined) this.handle = handle;
    if (TEMPORARY.includes(code)) this.status = 503;
    if (code === 'ERR_HOLDFAST_ENDED') this.status = 401;
  }
}

/**
 * Makes `instanceof HoldfastError` hold for errors of other copies of this package too: an application can load it as ESM and
 * as CommonJS. Classes that extend `HoldfastError` inherit this function.
 */
function hasInstance(this: unknown, value: unknown): boolean {
  return (
    Function.prototype[Symbol.hasInstance].call(this, value) ||
    (this === HoldfastError && isHoldfastError(value))
  );
}

function linkOf(code: HoldfastErrorCode): string {
  return ` See docs/errors.md#${code.toLowerCase()}`;
}

/** Returns the message of an error without the link that its constructor appended. */
export function messageWithoutLink({ code, message }: HoldfastError): string {
  const link = linkOf(code);
  return message.endsWith(link) ? message.slice(0, -link.length) : message;
}

/** The error of a save that the application has asked for. express-session's own save at the end of a request stores nothing. */
export function endedMeanwhile(): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_ENDED',
    'The session was not saved, because another request has ended it. Ask the visitor to sign in again.',
  );
}

export function invalidArgument(message: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_INVALID_ARGUMENT', message);
}

/** Recognizes errors of other copies of this package, also if they are of another realm, as under Jest. */
export function isHoldfastError(error: unknown): error is HoldfastError {
  return isNativeError(error) && error.name === 'HoldfastError';
}

/** Returns whether an operation failed because Redis is unavailable. */
export function isUnavailable(error: unknown): error is HoldfastError {
  return isHoldfastError(error) && UNAVAILABLE.includes(error.code);
}

/** Returns whether Redis rejected a command because the key holds another type (its `WRONGTYPE` error). */
export function isWrongType(error: unknown): error is HoldfastError {
  return isHoldfastError(error) && error.code === 'ERR_HOLDFAST_WRONG_TYPE';
}

/** Returns whether a stored value could not be opened, for a reason that the error's message says. */
export function isNotOpened(error: unknown): error is HoldfastError {
  return isHoldfastError(error) && NOT_OPENED.includes(error.code);
}

/** Returns whether a stored value cannot be read as a session. */
export function isUnreadable(error: unknown): error is HoldfastError {
  return isHoldfastError(error) && UNREADABLE.includes(error.code);
}
