import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HoldfastError } from '../errors.ts';
import type { SealingSerializer, Serializer } from '../serializer.ts';
import {
  type Check,
  checkOptions,
  givenOptions,
  invalidOption,
  isBoolean,
} from '../util/option-checks.ts';
import { hasMethods, isPositiveInteger, isRecord, property } from '../util/values.ts';

/** A key for {@link encrypted}. */
export interface EncryptionKey {
  /**
   * Stands in each text that the key has encrypted, so that it is found again: 1 to 32 letters, digits, `-` and `_`.
   */
  id: string;
  /**
   * 32 random bytes, as they are or as text in Base64 or hexadecimal digits. `openssl rand -base64 32` makes some.
   * Nothing but their number is checked: words of 43 letters pass for Base64, and can be guessed.
   */
  key: Uint8Array | string;
}

/** What {@link encrypted} can be told. Everything but `keys` has a default. */
export interface EncryptedOptions<Session> {
  /** The first one writes, and all of them read. */
  keys: readonly EncryptionKey[];
  /**
   * `true`: a text that is not encrypted is read as it is, for as long as there are sessions from before. Whoever can
   * write to the Redis can then make up sessions. Default `false`.
   */
  readPlain?: boolean | undefined;
  /**
   * `true`: nothing is encrypted, and everything is read, as with `readPlain`: while some processes cannot read
   * encrypted sessions yet, or not any more. Default `false`.
   */
  writePlain?: boolean | undefined;
  /**
   * A text of more bytes than this is compressed before it is encrypted. The length of what is stored then tells
   * something about the content: who can put text of his own into a session, and see its length, can guess at what
   * stands beside it, as the attacks CRIME and BREACH do. Default: nothing is compressed.
   */
  compressAbove?: number | undefined;
  /** How sessions become the text that is encrypted. Default `JSON`. */
  serializer?: Serializer<Session> | undefined;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What an encrypted text begins with, before the id of its key; no text of JSON begins so. */
const MARK = 'hf1';
const COMPRESSED_MARK = 'hf1z';
const MARKED = /^hf1z?\./;

const CHECKS: Record<keyof EncryptedOptions<unknown>, Check> = {
  keys: {
    accepts: (keys) => Array.isArray(keys) && keys.length > 0 && keys.every(isKey),
    accepted:
      'a list of one or more { id, key }, where id has 1 to 32 letters, digits, "-" and "_", and key has 32 bytes, as a Buffer or as text in Base64 or hexadecimal digits, of which "openssl rand -base64 32" makes one',
    isSecret: true,
  },
  readPlain: isBoolean,
  writePlain: isBoolean,
  compressAbove: { accepts: isPositiveInteger, accepted: 'a whole number of bytes, at least 1' },
  serializer: {
    accepts: (value) => hasMethods(value, 'parse', 'stringify'),
    accepted: 'an object with the functions parse and stringify',
  },
};

/**
 * A serializer that encrypts sessions with AES-256-GCM: who can read the Redis cannot read them, and who can write to
 * it can neither change one nor put it under another id unnoticed. He can still remove one, or bring back what was
 * stored under the same id before. What does not open counts as no session, and a `warning` says why.
 *
 * A text is `hf1.<id of the key>.<nonce, ciphertext and tag in Base64url>`. A nonce is random, so a key is to be
 * replaced before it has written 2^32 (4 billion) times. A text is bound to the id of its session and not to the
 * prefix, so each store needs keys of its own.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION`
 */
export function encrypted<Session>(options: EncryptedOptions<Session>): SealingSerializer<Session> {
  const given: [string, unknown][] = [
    ['keys', property(options, 'keys')],
    ...givenOptions(options),
  ];
  checkOptions(given, CHECKS, ' of encrypted');
  return new Encrypted(options);
}

class Encrypted<Session> implements SealingSerializer<Session> {
  readonly #keys = new Map<string, KeyObject>();
  readonly #writingId: string;
  readonly #serializer: Serializer<Session>;
  readonly #readsPlain: boolean;
  readonly #writesPlain: boolean;
  readonly #compressAbove: number;

  constructor({
    keys,
    readPlain = false,
    writePlain = false,
    compressAbove = Number.POSITIVE_INFINITY,
    serializer = JSON,
  }: EncryptedOptions<Session>) {
    for (const { id, key } of keys) {
      if (this.#keys.has(id))
        throw invalidOption(`The option keys of encrypted has two keys with the id ${id}.`);
      this.#keys.set(id, createSecretKey(bytesOf(key)));
    }
    [this.#writingId = ''] = this.#keys.keys();
    this.#serializer = serializer;
    this.#readsPlain = readPlain || writePlain;
    this.#writesPlain = writePlain;
    this.#compressAbove = compressAbove;
  }

  seal(session: Session, storageId: string): string | Promise<string> {
    const text = this.#serializer.stringify(session);
    if (this.#writesPlain) return text;
    return text instanceof Promise
      ? text.then((written) => this.#encrypt(written, storageId))
      : this.#encrypt(text, storageId);
  }

  open(text: string, storageId: string): Session | Promise<Session> {
    if (MARKED.test(text)) return this.#serializer.parse(this.#decrypt(text, storageId));
    if (this.#readsPlain) return this.#serializer.parse(text);
    throw sealed('It is not encrypted, and the option readPlain of encrypted is not true.');
  }

  #encrypt(text: string, storageId: string): string {
    const bytes = Buffer.from(text);
    const isCompressed = bytes.length > this.#compressAbove;
    const head = `${isCompressed ? COMPRESSED_MARK : MARK}.${this.#writingId}.`;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(this.#writingId), nonce);
    cipher.setAAD(Buffer.from(head + storageId));
    const content = cipher.update(isCompressed ? deflateRawSync(bytes) : bytes);
    const parts = [nonce, content, cipher.final(), cipher.getAuthTag()];
    return head + Buffer.concat(parts).toString('base64url');
  }

  #decrypt(text: string, storageId: string): string {
    const [mark = '', keyId = '', encoded = ''] = text.split('.', 3);
    const head = `${mark}.${keyId}.`;
    const key = this.#key(keyId);
    const bytes = Buffer.from(encoded, 'base64url');
    // Base64 can be written in several ways, of which one is accepted.
    if (bytes.length < NONCE_BYTES + TAG_BYTES || head + bytes.toString('base64url') !== text) {
      throw notOpened(keyId);
    }
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(head + storageId));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const content = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw notOpened(keyId);
    }
    return (mark === COMPRESSED_MARK ? inflateRawSync(content) : content).toString();
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    const ids = [...this.#keys.keys()].join(', ');
    throw sealed(
      `It was encrypted with a key that is not there. The ids of those that are: ${ids}.`,
    );
  }
}

function notOpened(keyId: string): HoldfastError {
  return sealed(
    `It was changed, belongs under another id, or was encrypted with another key than the one that has the id ${keyId} here.`,
  );
}

function sealed(reason: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_SEALED', reason);
}

function isKey(value: unknown): boolean {
  if (!isRecord(value) || typeof value.id !== 'string' || !/^[\w-]{1,32}$/.test(value.id))
    return false;
  const { key } = value;
  if (typeof key === 'string') return HEXADECIMAL.test(key) || BASE64.test(key);
  return key instanceof Uint8Array && key.length === KEY_BYTES;
}

/** 32 bytes as text. */
const HEXADECIMAL = /^[\dA-Fa-f]{64}$/;
const BASE64 = /^[\w+/-]{43}=?$/;

function bytesOf(key: Uint8Array | string): Uint8Array {
  return typeof key === 'string' ? Buffer.from(key, HEXADECIMAL.test(key) ? 'hex' : 'base64') : key;
}
