import { HoldfastError, invalidArgument, isSealed } from '../errors.ts';
import type { Settings } from '../options.ts';
import { TimeLimit } from '../redis/time-limit.ts';
import { isSealing, type SealingSerializer, unsealed } from '../serializer.ts';
import { isRecord, shown } from '../util/values.ts';
import type { Lifetimes } from './creation-times.ts';
import { storageIdAt } from './session-keys.ts';

/**
 * The serializer, with what it may give and get checked. Where it answers at once, so do the methods, and throw at
 * once: a promise for every session is what a profile shows first.
 */
export class SessionCodec<Session extends object> {
  readonly #serializer: SealingSerializer<Session>;
  readonly #prefix: string;
  readonly #lifetimes: Lifetimes;
  /** For how long a promise of the serializer's is waited for. */
  readonly #limit: TimeLimit;

  constructor(
    {
      serializer,
      prefix,
      timeoutMs,
    }: Pick<Settings<Session>, 'serializer' | 'prefix' | 'timeoutMs'>,
    lifetimes: Lifetimes,
  ) {
    this.#lifetimes = lifetimes;
    this.#serializer = isSealing(serializer) ? serializer : unsealed(serializer);
    this.#prefix = prefix;
    this.#limit = new TimeLimit(timeoutMs);
  }

  /**
   * Reads a stored text as a session.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_SEALED`, `ERR_HOLDFAST_TIMEOUT`
   */
  parse(key: string, text: string): Session | Promise<Session> {
    let session: unknown;
    try {
      session = this.#serializer.open(text, storageIdAt(key, this.#prefix));
      if (isPromise(session)) return this.#limit.within(this.#readLater(key, session));
    } catch (cause) {
      throw unreadable(key, cause);
    }
    return this.#checked(key, session);
  }

  async #readLater(key: string, reading: PromiseLike<unknown>): Promise<Session> {
    let session: unknown;
    try {
      session = await reading;
    } catch (cause) {
      throw unreadable(key, cause);
    }
    return this.#checked(key, session);
  }

  #checked(key: string, session: unknown): Session {
    if (!isReadable<Session>(session)) throw unreadable(key);
    this.#lifetimes.takeFrom(session);
    return session;
  }

  /**
   * Writes a session as the text to store.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`, `ERR_HOLDFAST_SERIALIZE`, `ERR_HOLDFAST_TIMEOUT`
   */
  stringify(key: string, session: Session): string | Promise<string> {
    const checked = checkedSession(session);
    let text: unknown;
    try {
      text = this.#serializer.seal(
        this.#lifetimes.withBirth(checked),
        storageIdAt(key, this.#prefix),
      );
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

/** But for why a text does not open, the serializer's error goes no further: JSON's quotes the session. */
function unreadable(key: string, cause?: unknown): HoldfastError {
  if (isSealed(cause)) {
    const message = `The value of the key ${key} does not open, so there is no such session. ${cause.message}`;
    return new HoldfastError('ERR_HOLDFAST_SEALED', message, { key });
  }
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
  throw invalidArgument(
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
