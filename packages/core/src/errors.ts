/**
 * What can go wrong, as codes that stay the same from release to release. Branch on these, not on messages.
 *
 * - `ERR_HOLDFAST_INVALID_OPTION`: the constructor was given an option that it cannot work with.
 * - `ERR_HOLDFAST_INVALID_CLIENT`: `client` is missing, is a raw Redis client that needs an adapter, or
 *   was given to the wrong adapter.
 * - `ERR_HOLDFAST_INVALID_ARGUMENT`: a method was given a session id, session, user or callback that it
 *   cannot work with.
 * - `ERR_HOLDFAST_INVALID_TTL`: the `ttl` function threw, or answered something else than seconds.
 * - `ERR_HOLDFAST_INVALID_EXPIRES`: the session's `cookie.expires` is no date.
 * - `ERR_HOLDFAST_INVALID_USER_ID`: The `userId` function threw, or answered something else than a user.
 * - `ERR_HOLDFAST_SERIALIZE`: the serializer could not write the session.
 * - `ERR_HOLDFAST_CORRUPT`: what is stored cannot be read as a session.
 * - `ERR_HOLDFAST_SEALED`: what is stored is not encrypted as it should be, so it counts as no session.
 * - `ERR_HOLDFAST_WRONG_TYPE`: the key holds another Redis type than a string.
 * - `ERR_HOLDFAST_CONFLICT`: others wrote a session each time that this process tried to.
 * - `ERR_HOLDFAST_TIMEOUT`: Redis, or an async serializer, did not answer in time. What was to be written may have
 *   been, or may be yet.
 * - `ERR_HOLDFAST_UNAVAILABLE`: Redis could not be reached, or said that it cannot serve now.
 * - `ERR_HOLDFAST_READ_ONLY`: the server is a replica, which does not write.
 * - `ERR_HOLDFAST_UNAUTHENTICATED`: the server did not accept the client's username and password, or was given none.
 * - `ERR_HOLDFAST_FORBIDDEN`: the server's access rules (ACL) forbid a command or key.
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
  | 'ERR_HOLDFAST_WRONG_TYPE'
  | 'ERR_HOLDFAST_CONFLICT'
  | 'ERR_HOLDFAST_TIMEOUT'
  | 'ERR_HOLDFAST_UNAVAILABLE'
  | 'ERR_HOLDFAST_READ_ONLY'
  | 'ERR_HOLDFAST_UNAUTHENTICATED'
  | 'ERR_HOLDFAST_FORBIDDEN';

/** The codes that mean that a stored value cannot be read as a session. */
const UNREADABLE: readonly HoldfastErrorCode[] = [
  'ERR_HOLDFAST_CORRUPT',
  'ERR_HOLDFAST_SEALED',
  'ERR_HOLDFAST_WRONG_TYPE',
];

/** What a {@link HoldfastError} can carry besides its code and message. */
export interface HoldfastErrorDetails {
  /** The error of the client, serializer or `ttl` function that led to this one. */
  cause?: unknown;
  /** The Redis key concerned. */
  key?: string;
}

/** The codes that mean that Redis is away. */
const AWAY: readonly HoldfastErrorCode[] = ['ERR_HOLDFAST_TIMEOUT', 'ERR_HOLDFAST_UNAVAILABLE'];

/** The codes of what can be over by itself, such as when a replica becomes the master. */
const PASSING: readonly HoldfastErrorCode[] = [...AWAY, 'ERR_HOLDFAST_READ_ONLY'];

/**
 * Every error that Holdfast itself raises. What a server that is there answers to a command is passed on as the Redis
 * client's own error where that says enough.
 */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError';
  readonly code: HoldfastErrorCode;
  /** The Redis key concerned; absent where the error is not about one key. */
  declare readonly key?: string;
  /** 503 where Redis is away or only reads, which Express then answers with; absent for all else. */
  declare readonly status?: 503;

  constructor(code: HoldfastErrorCode, message: string, { cause, key }: HoldfastErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (key !== undefined) this.key = key;
    if (PASSING.includes(code)) this.status = 503;
  }
}

export function invalidArgument(message: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_INVALID_ARGUMENT', message);
}

/** Whether an operation failed because Redis is away. */
export function isAway(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && AWAY.includes(error.code);
}

/** Whether Redis refused a command because the key holds another type (Redis's `WRONGTYPE` error). */
export function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}

/** Whether a stored value did not open, as its encryption is not what it should be. */
export function isSealed(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && error.code === 'ERR_HOLDFAST_SEALED';
}

/** Whether a stored value cannot be read as a session. */
export function isUnreadable(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && UNREADABLE.includes(error.code);
}
