import { type HoldfastError, invalidArgument } from '../errors.ts';
import { handleOf, isHandle } from '../util/handle.ts';
import { invalidOption } from '../util/option-checks.ts';
import { describeContent, isKeyText } from '../util/values.ts';

/**
 * Stands between the prefix and a hashed id. A plain id that begins with it is never looked up: otherwise a hash that was
 * read from Redis, used as an id, would open the very session that the hash protects.
 */
const MARK = 'sha256:';

/** One key or several. */
export type Keys = readonly [string, ...string[]];

/** The options that {@link SessionKeys} uses. */
export interface KeySettings {
  prefix: string;
  hashIds: boolean | 'readPlain' | 'writePlain';
}

/** Names the keys of sessions in Redis, by the options `prefix` and `hashIds`. */
export class SessionKeys {
  readonly #prefix: string;
  readonly #hashIds: KeySettings['hashIds'];

  constructor({ prefix, hashIds }: KeySettings) {
    this.#prefix = prefix;
    this.#hashIds = hashIds;
  }

  /** Whether sessions may be stored under hashed ids and under plain ids. */
  get areMixed(): boolean {
    return typeof this.#hashIds === 'string';
  }

  /**
   * Returns the keys under which the session with this id may be stored. A new session goes under the first.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  of(id: string): Keys {
    const plain = this.#prefix + checkedId(id);
    if (this.#hashIds === false) {
      if (id.startsWith(MARK)) throw reservedMark();
      return [plain];
    }
    const hashed = this.#hashed(handleOf(id));
    if (this.#hashIds === true || id.startsWith(MARK)) return [hashed];
    return this.#hashIds === 'readPlain' ? [hashed, plain] : [plain, hashed];
  }

  /**
   * Returns the key of the session with this handle, unless the session is stored under its plain id.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  ofHandle(handle: string): string {
    if (this.#hashIds === false) {
      throw invalidOption(
        'Ending a session by its handle needs the option hashIds. Without it, pass the session id to destroy.',
      );
    }
    if (isHandle(handle)) return this.#hashed(handle);
    throw invalidArgument(
      `The handle must be 64 lowercase hexadecimal digits, as lists return it, but is ${describeContent(handle)}.`,
    );
  }

  /** Returns the handle of the session that is stored under this key. */
  handleAt(key: string): string {
    return handleAt(key, this.#prefix);
  }

  /** Returns what lists show as the id of the session under this key: its id, or with `hashIds` its handle. */
  listedId(key: string): string {
    return this.#hashIds === false ? storageIdAt(key, this.#prefix) : this.handleAt(key);
  }

  #hashed(handle: string): string {
    return this.#prefix + MARK + handle;
  }
}

/** Returns the storage id of a session: the part of its key after the prefix. */
export function storageIdAt(key: string, prefix: string): string {
  return key.slice(prefix.length);
}

/** Returns the handle of the session that is stored under this key. */
export function handleAt(key: string, prefix: string): string {
  const storageId = storageIdAt(key, prefix);
  return storageId.startsWith(MARK) ? storageId.slice(MARK.length) : handleOf(storageId);
}

/** @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT` */
export function checkedId(id: string): string {
  if (isKeyText(id)) return id;
  throw invalidArgument(
    `The session id must be a non-empty, well-formed string, but is ${describeContent(id)}.`,
  );
}

function reservedMark(): HoldfastError {
  return invalidArgument(
    `The session id must not begin with "${MARK}", which marks the keys of hashed ids.`,
  );
}
