import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import { HoldfastError } from '../errors.ts';
import type { SealingSerializer, Serializer } from '../serializer.ts';
import {
  booleanCheck,
  type Check,
  checkOptions,
  givenOptions,
  invalidOption,
} from '../util/option-checks.ts';
import {
  describeContent,
  describeValue,
  getProperty,
  hasMethods,
  isPositiveInteger,
  isRecord,
  isThenable,
} from '../util/values.ts';
import { rememberInstance, wrappable } from '../util/wrappable.ts';

/** A key for {@link encrypted}. */
export interface EncryptionKey {
  /** Names the key in every text that it encrypts: 1 to 32 letters, digits, `-` and `_`. */
  id: string;
  /**
   * 32 random bytes, or their text in Base64 or hexadecimal digits. `openssl rand -base64 32` generates a key. Only the
   * length is checked: a passphrase of 43 letters also passes for Base64, and can be guessed.
   */
  key: Uint8Array | string;
}

/** The options of {@link encrypted}. Only `keys` is required. */
export interface EncryptedOptions<Session> {
  /** The first key encrypts. All keys decrypt. */
  keys: readonly EncryptionKey[];
  /**
   * `true`: also reads texts that are not encrypted, for the time that sessions from before the switch exist. During
   * that time, anyone who can write to Redis can forge sessions. Default `false`.
   */
  readPlain?: boolean | undefined;
  /**
   * `true`: writes without encryption and reads everything, as with `readPlain`. For the time in which some processes
   * cannot read encrypted sessions: before the switch, or after going back. Default `false`.
   */
  writePlain?: boolean | undefined;
  /**
   * Compresses texts of more than this many bytes before encryption. The length of the stored text then reveals something
   * about the content: an attacker who can put text into a session and see the stored length can guess what else is in it,
   * as the CRIME and BREACH attacks do. A text of more than 4 MiB is not compressed. Default: no compression.
   */
  compressAbove?: number | undefined;
  /** Turns sessions into the text that is encrypted. Default `JSON`. */
  serializer?: Serializer<Session> | undefined;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The beginning of an encrypted text, before the id of its key. No JSON text begins like this. */
const MARK = 'hf1';
const COMPRESSED_MARK = 'hf1z';

/** Protects the memory from a small text that inflates to a huge one. */
const MAX_INFLATED_BYTES = 4 * 1024 * 1024;

/** More is deflated and inflated in a thread of Node's pool, because it would block the event loop for milliseconds. */
const MAX_BLOCKING_BYTES = 64 * 1024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const CHECKS: Record<keyof EncryptedOptions<unknown>, Check> = {
  keys: {
    accepts: (keys) => Array.isArray(keys) && keys.length > 0 && keys.every(isKey),
    accepted:
      'a list of one or more { id, key }, where id has 1 to 32 letters, digits, "-" and "_", and key has 32 bytes, as a Buffer or as text in Base64 or hexadecimal digits ("openssl rand -base64 32" generates one)',
    isSecret: true,
    fault: faultOfKeys,
  },
  readPlain: booleanCheck,
  writePlain: booleanCheck,
  compressAbove: { accepts: isPositiveInteger, accepted: 'a whole number of bytes, at least 1' },
  serializer: {
    accepts: (value) => hasMethods(value, 'parse', 'stringify'),
    accepted: 'an object with the functions parse and stringify',
  },
};

/**
 * Creates a serializer that encrypts sessions with AES-256-GCM. Someone who can read Redis cannot read the sessions. Someone
 * who can write to Redis cannot change a session or move it to another id without being noticed; they can still delete a
 * session, or restore what was stored under the same id before. A text that cannot be decrypted counts as a missing session
 * and emits a `warning`.
 *
 * The stored text is `hf1.<key id>.<nonce, ciphertext and tag in Base64url>`. Nonces are random, so replace a key before it
 * has encrypted 2^32 (4 billion) times. A text is bound to the id of its session and not to the prefix, so give every store
 * different keys.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION`
 */
export function encrypted<Session>(options: EncryptedOptions<Session>): SealingSerializer<Session> {
  const given: [string, unknown][] = [
    ['keys', getProperty(options, 'keys')],
    ...givenOptions(options),
  ];
  checkOptions(given, CHECKS, 'encrypted');
  return new Encrypted(options);
}

class Encrypted<Session> implements SealingSerializer<Session> {
  readonly #keys = new Map<string, KeyObject>();
  readonly #writingId: string;
  readonly #serializer: Serializer<Session>;
  readonly #readsPlain: boolean;
  readonly #writesPlain: boolean;
  readonly #compressAbove: number;

  static {
    wrappable(Encrypted);
  }

  constructor({
    keys,
    readPlain = false,
    writePlain = false,
    compressAbove = Number.POSITIVE_INFINITY,
    serializer = JSON,
  }: EncryptedOptions<Session>) {
    rememberInstance(this);
    for (const { id, key } of keys) {
      if (this.#keys.has(id))
        throw invalidOption(`The option keys of encrypted contains two keys with the id ${id}.`);
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
    if (!isThenable(text)) return this.#encrypt(text, storageId);
    return Promise.resolve(text).then((written) => this.#encrypt(written, storageId));
  }

  open(text: string, storageId: string): Session | Promise<Session> {
    const plain = this.#plain(text, storageId);
    if (typeof plain === 'string') return this.#serializer.parse(plain);
    return plain.then((inflated) => this.#serializer.parse(inflated));
  }

  #plain(text: string, storageId: string): string | Promise<string> {
    if (text.startsWith(`${COMPRESSED_MARK}.`)) return inflated(this.#decrypt(text, storageId));
    if (text.startsWith(`${MARK}.`)) return this.#decrypt(text, storageId).toString();
    if (this.#readsPlain) return text;
    throw sealed('It is not encrypted, and the option readPlain of encrypted is not true.');
  }

  #encrypt(text: unknown, storageId: string): string | Promise<string> {
    if (typeof text !== 'string') throw notText(text);
    const bytes = Buffer.from(text);
    const { length } = bytes;
    if (length <= this.#compressAbove || length > MAX_INFLATED_BYTES) {
      return this.#encryptBytes(MARK, bytes, storageId);
    }
    if (length <= MAX_BLOCKING_BYTES) {
      return this.#encryptBytes(COMPRESSED_MARK, deflateRawSync(bytes), storageId);
    }
    return deflate(bytes).then((deflated) =>
      this.#encryptBytes(COMPRESSED_MARK, deflated, storageId),
    );
  }

  #encryptBytes(mark: string, bytes: Buffer, storageId: string): string {
    const head = `${mark}.${this.#writingId}.`;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(this.#writingId), nonce);
    cipher.setAAD(Buffer.from(head + storageId));
    const parts = [nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
    return head + Buffer.concat(parts).toString('base64url');
  }

  #decrypt(text: string, storageId: string): Buffer {
    const [mark = '', keyId = '', encoded = ''] = text.split('.', 3);
    const head = `${mark}.${keyId}.`;
    const key = this.#key(keyId);
    const bytes = Buffer.from(encoded, 'base64url');
    // Several Base64url texts decode to the same bytes. Accepts only the one that Node writes.
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
    return content;
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    const ids = [...this.#keys.keys()].join(', ');
    throw sealed(
      `It was encrypted with a key that the option keys of encrypted does not contain. It contains the ids ${ids}.`,
    );
  }
}

/** Inflates a text, up to {@link MAX_INFLATED_BYTES}. Its length is not known before. */
function inflated(content: Buffer): string | Promise<string> {
  try {
    return inflateRawSync(content, { maxOutputLength: MAX_BLOCKING_BYTES }).toString();
  } catch (error) {
    if (!isTooLong(error)) throw error;
  }
  return inflate(content, { maxOutputLength: MAX_INFLATED_BYTES }).then(String, (error) => {
    throw isTooLong(error) ? tooLarge() : error;
  });
}

function isTooLong(error: unknown): boolean {
  return getProperty(error, 'code') === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_TOO_LARGE',
    'It is compressed, and has more than 4 MiB when it is inflated, which encrypted never writes.',
  );
}

function notText(value: unknown): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_SERIALIZE',
    `The stringify of the serializer inside encrypted must return a string, but returned ${describeContent(value)}.`,
  );
}

function notOpened(keyId: string): HoldfastError {
  return sealed(
    `It was changed, belongs to another session id, or was encrypted with another key than the one with the id ${keyId}.`,
  );
}

function sealed(reason: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_SEALED', reason);
}

function isKey(value: unknown): boolean {
  if (!isRecord(value) || typeof value.id !== 'string' || !ID.test(value.id)) return false;
  const { key } = value;
  if (typeof key === 'string') return HEXADECIMAL.test(key) || BASE64.test(key);
  return key instanceof Uint8Array && key.length === KEY_BYTES;
}

/** Says which key is wrong, and how, without showing it. */
function faultOfKeys(keys: unknown): string {
  if (!Array.isArray(keys)) return `it is ${describeValue(keys)}`;
  if (keys.length === 0) return 'it is an empty list';
  const index = keys.findIndex((key) => !isKey(key));
  return `keys[${index}]${faultOfKey(keys[index])}`;
}

function faultOfKey(entry: unknown): string {
  if (!isRecord(entry)) return ` is ${describeValue(entry)}`;
  const { id, key } = entry;
  if (typeof id !== 'string' || id === '') return `.id is ${describeValue(id)}`;
  if (!ID.test(id)) return '.id is a string that has other characters, or too many';
  if (key instanceof Uint8Array) return `.key has ${key.length} bytes`;
  if (typeof key !== 'string' || key === '') return `.key is ${describeValue(key)}`;
  return `.key is a string of ${key.length} characters`;
}

const ID = /^[\w-]{1,32}$/;

/** 32 bytes as text. */
const HEXADECIMAL = /^[\dA-Fa-f]{64}$/;
const BASE64 = /^[\w+/-]{43}=?$/;

function bytesOf(key: Uint8Array | string): Uint8Array {
  return typeof key === 'string' ? Buffer.from(key, HEXADECIMAL.test(key) ? 'hex' : 'base64') : key;
}
