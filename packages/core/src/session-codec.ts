import { HoldfastError } from './errors.ts';
import type { Serializer } from './options.ts';
import { isRecord, shown } from './shape.ts';
import type { TimeLimit } from './time-limit.ts';

/**
 * The serializer, with what it may give and get checked. Where it answers at once, so do the methods, and throw at once:
 * a promise for every session is what a profile shows first.
 */
export class SessionCodec<Session> {
  readonly #serializer: Serializer<Session>;
  readonly #limit: TimeLimit;

  /** @param limit for how long a promise of the serializer's is waited for. */
  constructor(serializer: Serializer<Session>, limit: TimeLimit) {
    this.#serializer = serializer;
    this.#limit = limit;
  }

  /**
   * Reads a stored text as a session.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_TIMEOUT`
   */
  parse(key: string, text: string): Session | Promise<Session> {
    // The serializer's error goes no further: JSON's quotes the session.
    try {
      const session: unknown = this.#serializer.parse(text);
      if (isPromise(session)) return this.#limit.within(readableLater(key, session));
      if (isReadable<Session>(session)) return session;
    } catch {}
    throw corrupt(key);
  }

  /**
   * Writes a session as the text to store.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`, `ERR_HOLDFAST_SERIALIZE`, `ERR_HOLDFAST_TIMEOUT`
   */
  stringify(key: string, session: Session): string | Promise<string> {
    const checked = checkedSession(session);
    let text: unknown;
    try {
      text = this.#serializer.stringify(checked);
      if (isPromise(text)) return this.#limit.within(writtenLater(key, text));
    } catch (cause) {
      throw unwritable(key, cause);
    }
    return written(key, text);
  }
}

function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return isRecord(answer) && typeof answer.then === 'function';
}

async function readableLater<Session>(
  key: string,
  parsing: PromiseLike<unknown>,
): Promise<Session> {
  try {
    const session = await parsing;
    if (isReadable<Session>(session)) return session;
  } catch {}
  throw corrupt(key);
}

async function writtenLater(key: string, writing: PromiseLike<unknown>): Promise<string> {
  try {
    return written(key, await writing);
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : unwritable(key, cause);
  }
}

function written(key: string, text: unknown): string {
  if (typeof text === 'string') return text;
  throw new HoldfastError(
    'ERR_HOLDFAST_SERIALIZE',
    `The serializer's stringify must answer a string, not ${shown(text)}.`,
    { key },
  );
}

function corrupt(key: string): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_CORRUPT',
    `The serializer cannot read the value of the key ${key} as a session.`,
    { key },
  );
}

function unwritable(key: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_SERIALIZE',
    `The serializer could not write the session for the key ${key}.`,
    { cause, key },
  );
}

/** @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT` */
export function checkedSession<Session>(session: Session): Session {
  if (isRecord(session) && hasCookieOrNone(session)) return session;
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_ARGUMENT',
    isRecord(session)
      ? `The session's cookie must be an object, or absent, not ${shown(session.cookie)}.`
      : `The session must be an object, not ${shown(session)}.`,
  );
}

/**
 * express-session ends the process, or never answers, over a stored cookie whose ages are something else than a number
 * or nothing, which can be null or false.
 */
function isReadable<Session>(value: unknown): value is Session {
  if (!isRecord(value)) return false;
  const { cookie } = value;
  if (!isRecord(cookie)) return cookie === undefined;
  return isAge(cookie.originalMaxAge) && isAge(cookie.maxAge);
}

function isAge(value: unknown): boolean {
  return !value || typeof value === 'number';
}

function hasCookieOrNone(session: Record<string, unknown>): boolean {
  return session.cookie === undefined || isRecord(session.cookie);
}
