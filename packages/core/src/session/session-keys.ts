import { invalidArgument } from '../errors.ts';
import type { Settings } from '../options.ts';
import { hashOfId, isHandle } from '../util/handle.ts';
import { invalidOption } from '../util/option-checks.ts';
import { isKeyText, shown } from '../util/values.ts';

/**
 * What stands between the prefix and a hashed id. A plain id that begins so is never looked for: with a hash out of
 * Redis in the place of an id, it would lead to the session that the hash is to protect.
 */
const MARK = 'sha256:';

/** One key or several. */
export type Keys = readonly [string, ...string[]];

/** Which keys sessions have in Redis, by the options `prefix` and `hashIds`. */
export class SessionKeys {
  readonly #prefix: string;
  readonly #hashIds: Settings<never>['hashIds'];

  constructor({ prefix, hashIds }: Pick<Settings<never>, 'prefix' | 'hashIds'>) {
    this.#prefix = prefix;
    this.#hashIds = hashIds;
  }

  /** Whether sessions under hashed ids and under plain ones stand beside each other. */
  get areMixed(): boolean {
    return typeof this.#hashIds === 'string';
  }

  /**
   * The keys that the session with this id can be under; a new one goes under the first.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  of(id: string): Keys {
    const plain = this.#prefix + checkedId(id);
    if (this.#hashIds === false) return [id.startsWith(MARK) ? refusedMark() : plain];
    const hashed = this.#hashed(hashOfId(id));
    if (this.#hashIds === true || id.startsWith(MARK)) return [hashed];
    return this.#hashIds === 'readPlain' ? [hashed, plain] : [plain, hashed];
  }

  /**
   * The key of the session with this handle, unless it is under its plain id.
   * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION`, `ERR_HOLDFAST_INVALID_ARGUMENT`
   */
  ofHandle(handle: string): string {
    if (this.#hashIds === false) {
      throw invalidOption(
        'A session can be ended by its handle only with the option hashIds. Without it, give its id to destroy.',
      );
    }
    if (isHandle(handle)) return this.#hashed(handle);
    throw invalidArgument(
      `The handle must be 64 hexadecimal digits, as lists answer it, not ${shown(handle)}.`,
    );
  }

  /** What stands for the session with this key wherever it is shown: SHA-256 of its id, in hexadecimal digits. */
  handleAt(key: string): string {
    const storageId = storageIdAt(key, this.#prefix);
    return storageId.startsWith(MARK) ? storageId.slice(MARK.length) : hashOfId(storageId);
  }

  /** What lists answer as the id of the session with this key. */
  listedId(key: string): string {
    return this.#hashIds === false ? storageIdAt(key, this.#prefix) : this.handleAt(key);
  }

  #hashed(handle: string): string {
    return this.#prefix + MARK + handle;
  }
}

/**
 * What a session is called in Redis: the part of its key after the prefix, which is its id or, with `hashIds`, a hash.
 */
export function storageIdAt(key: string, prefix: string): string {
  return key.slice(prefix.length);
}

/** @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT` */
export function checkedId(id: string): string {
  if (isKeyText(id)) return id;
  throw invalidArgument(
    `The session id must be a string that is not empty, and well-formed, not ${shown(id)}.`,
  );
}

function refusedMark(): never {
  throw invalidArgument(
    `The session id must not begin with "${MARK}", as the keys of sessions with hashed ids do.`,
  );
}
