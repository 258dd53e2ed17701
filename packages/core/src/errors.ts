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
 * - `ERR_HOLDFAST_INVALID_INDEX`: the `index` function threw, or answered something else than a user.
 * - `ERR_HOLDFAST_SERIALIZE`: the serializer could not write the session.
 * - `ERR_HOLDFAST_CORRUPT`: what is stored cannot be read as a session.
 * - `ERR_HOLDFAST_WRONG_TYPE`: the key holds another Redis type than a string.
 * - `ERR_HOLDFAST_CONFLICT`: others wrote a session each time that this process tried to.
 * - `ERR_HOLDFAST_TIMEOUT`: Redis, or an async serializer, did not answer in time. What was to be written may have been,
 *   or may be yet.
 * - `ERR_HOLDFAST_UNAVAILABLE`: Redis could not be reached.
 */
export type HoldfastErrorCode =
  | 'ERR_HOLDFAST_INVALID_OPTION'
  | 'ERR_HOLDFAST_INVALID_CLIENT'
  | 'ERR_HOLDFAST_INVALID_ARGUMENT'
  | 'ERR_HOLDFAST_INVALID_TTL'
  | 'ERR_HOLDFAST_INVALID_EXPIRES'
  | 'ERR_HOLDFAST_INVALID_INDEX'
  | 'ERR_HOLDFAST_SERIALIZE'
  | 'ERR_HOLDFAST_CORRUPT'
  | 'ERR_HOLDFAST_WRONG_TYPE'
  | 'ERR_HOLDFAST_CONFLICT'
  | 'ERR_HOLDFAST_TIMEOUT'
  | 'ERR_HOLDFAST_UNAVAILABLE';

/** What a {@link HoldfastError} can carry besides its code and message. */
export interface HoldfastErrorDetails {
  /** The error of the client, serializer or `ttl` function that led to this one. */
  cause?: unknown;
  /** The Redis key concerned. */
  key?: string;
}

/** The codes that mean that Redis is away. */
const AWAY: readonly HoldfastErrorCode[] = ['ERR_HOLDFAST_TIMEOUT', 'ERR_HOLDFAST_UNAVAILABLE'];

/**
 * Every error that Holdfast itself raises. What a server that is there answers to a command is passed on as the Redis
 * client's own error.
 */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError';
  readonly code: HoldfastErrorCode;
  /** The Redis key concerned; absent where the error is not about one key. */
  declare readonly key?: string;
  /** 503 where Redis is away, which Express then answers with; absent for all else. */
  declare readonly status?: 503;

  constructor(code: HoldfastErrorCode, message: string, { cause, key }: HoldfastErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (key !== undefined) this.key = key;
    if (AWAY.includes(code)) this.status = 503;
  }
}

/** Whether an operation failed because Redis is away. */
export function isAway(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && AWAY.includes(error.code);
}

/** Whether Redis refused a command because the key holds another type (Redis's `WRONGTYPE` error). */
export function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}

/** Whether a stored value cannot be read as a session. */
export function isUnreadable(error: unknown): error is HoldfastError {
  return (
    error instanceof HoldfastError &&
    (error.code === 'ERR_HOLDFAST_CORRUPT' || error.code === 'ERR_HOLDFAST_WRONG_TYPE')
  );
}
