import { HoldfastError, invalidArgument, isNotOpened, messageWithoutLink } from '../errors.ts';
import { TimeLimit } from '../redis/time-limit.ts';
import { isSealing, type SealingSerializer, type Serializer, unsealed } from '../serializer.ts';
import { describeContent, isRecord, isThenable } from '../util/values.ts';
import { expiryTime } from './cookies.ts';
import type { CreationTimes } from './creation-times.ts';
import { handleAt, storageIdAt } from './session-keys.ts';

/** The options that {@link SessionCodec} uses. */
export interface CodecSettings<Session> {
  serializer: Serializer<Session> | SealingSerializer<Session>;
  prefix: string;
  timeoutMs: number;
}

/**
 * Calls the serializer, and checks what it takes and returns. The methods are only async if the serializer is. A read does
 * not take longer with methods that are always async (`pnpm bench parts`).
 */
export class SessionCodec<Session extends object> {
  readonly #serializer: SealingSerializer<Session>;
  readonly #prefix: string;
  readonly #creationTimes: CreationTimes;
  /** How long a promise of the serializer may take. */
  readonly #limit: TimeLimit;

  constructor(
    { serializer, prefix, timeoutMs }: CodecSettings<Session>,
    creationTimes: CreationTimes,
  ) {
    this.#creationTimes = creationTimes;
    this.#serializer = isSealing(serializer) ? serializer : unsealed(serializer);
    this.#prefix = prefix;
    this.#limit = new TimeLimit(timeoutMs);
  }

  /**
   * Reads a stored text as a session.
   * @throws HoldfastError `ERR_HOLDFAST_CORRUPT`, `ERR_HOLDFAST_SEALED`, `ERR_HOLDFAST_TOO_LARGE`, `ERR_HOLDFAST_TIMEOUT`
   */
  parse(key: string, text: string): Session | Promise<Session> {
    let session: unknown;
    try {
      session = this.#serializer.open(text, storageIdAt(key, this.#prefix));
      if (isThenable(session)) return this.#limit.within(this.#parseAsync(key, session));
    } catch (cause) {
      throw this.#unreadable(key, cause);
    }
    return this.#checked(key, session);
  }

  async #parseAsync(key: string, reading: PromiseLike<unknown>): Promise<Session> {
    let session: unknown;
    try {
      session = await reading;
    } catch (cause) {
      throw this.#unreadable(key, cause);
    }
    return this.#checked(key, session);
  }

  #checked(key: string, session: unknown): Session {
    if (!isReadable<Session>(session)) throw this.#unreadable(key);
    this.#creationTimes.takeFrom(session);
    return session;
  }

  /**
   * Writes a session as the text to store. Reads the session before it returns.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`, `ERR_HOLDFAST_SERIALIZE`, `ERR_HOLDFAST_TIMEOUT`
   */
  stringify(key: string, session: Session): string | Promise<string> {
    const checked = checkedSession(session);
    let text: unknown;
    try {
      const stored = this.#creationTimes.addTo(checked);
      text = this.#serializer.seal(stored, storageIdAt(key, this.#prefix));
      if (isThenable(text)) return this.#limit.within(this.#stringifyAsync(key, text));
    } catch (cause) {
      throw this.#unwritable(key, cause);
    }
    return this.#checkedText(key, text);
  }

  async #stringifyAsync(key: string, writing: PromiseLike<unknown>): Promise<string> {
    let text: unknown;
    try {
      text = await writing;
    } catch (cause) {
      throw this.#unwritable(key, cause);
    }
    return this.#checkedText(key, text);
  }

  #checkedText(key: string, text: unknown): string {
    if (typeof text === 'string') return text;
    throw new HoldfastError(
      'ERR_HOLDFAST_SERIALIZE',
      `The serializer's stringify must return a string, but returned ${describeContent(text)}.`,
      { handle: this.#handle(key) },
    );
  }

  /** The serializer's error becomes the cause of nothing, because JSON's quotes the session. Only the reason of a value that was not opened is kept. */
  #unreadable(key: string, cause?: unknown): HoldfastError {
    const handle = this.#handle(key);
    if (isNotOpened(cause)) {
      const what = cause.code === 'ERR_HOLDFAST_SEALED' ? 'decrypted' : 'inflated';
      const message = `The value of the session with the handle ${handle} cannot be ${what}, so the session counts as missing. ${messageWithoutLink(cause)}`;
      return new HoldfastError(cause.code, message, { handle });
    }
    return new HoldfastError(
      'ERR_HOLDFAST_CORRUPT',
      `The serializer cannot read the value of the session with the handle ${handle}, so the session counts as missing.`,
      { handle },
    );
  }

  #unwritable(key: string, cause: unknown): HoldfastError {
    const handle = this.#handle(key);
    return new HoldfastError(
      'ERR_HOLDFAST_SERIALIZE',
      `The serializer could not write the session with the handle ${handle}.`,
      { cause, handle },
    );
  }

  #handle(key: string): string {
    return handleAt(key, this.#prefix);
  }
}

/** @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT` */
export function checkedSession<Session>(session: Session): Session {
  if (isRecord(session) && hasCookieOrNone(session)) return session;
  throw invalidArgument(
    isRecord(session)
      ? `The session's cookie must be an object or absent, but is ${describeContent(session.cookie)}.`
      : `The session must be an object, but is ${describeContent(session)}.`,
  );
}

/**
 * Rejects cookies that express-session ends the process over, or never answers the request for: those with ages that are
 * neither numbers nor absent, and those with an expiry that is neither a date nor absent. Both may also be null or false.
 */
function isReadable<Session>(value: unknown): value is Session {
  if (!isRecord(value)) return false;
  const { cookie } = value;
  if (!isRecord(cookie)) return cookie === undefined;
  return isAge(cookie.originalMaxAge) && isAge(cookie.maxAge) && isExpiry(cookie.expires);
}

function isAge(value: unknown): boolean {
  return !value || typeof value === 'number';
}

function isExpiry(value: unknown): boolean {
  return value === false || !Number.isNaN(expiryTime(value ?? 0));
}

function hasCookieOrNone(session: Record<string, unknown>): boolean {
  return session.cookie === undefined || isRecord(session.cookie);
}
