import { HoldfastError } from '../errors.ts';
import type { RedisLike } from '../redis/redis-like.ts';
import { STAMP_LENGTH, uniqueEndOf } from '../util/stamps.ts';
import { getProperty } from '../util/values.ts';
import { isScriptRefusal, type RunScript, runScript, script, sha1 } from './scripts.ts';

/** Stores ARGV[2] with the TTL ARGV[3], or without. Returns 2 if the server knows `SET … IFEQ`, otherwise 1. */
const STORE = `if ARGV[3] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
if (redis.VALKEY_VERSION_NUM or 0) >= 0x80100 or (redis.REDIS_VERSION_NUM or 0) >= 0x80400 then return 2 end
return 1`;

/**
 * KEYS[1]: the key. ARGV[1]: the expected text, or its SHA-1; 40 bytes count as a SHA-1. Returns nil if there is no such key,
 * {held} if the key holds another text. Lua never parses the texts.
 */
const COMPARE_AND_SET = script(`local held = redis.call('GET', KEYS[1])
if not held then return false end
local compared = held
if #ARGV[1] == 40 then compared = redis.sha1hex(held) end
if compared ~= ARGV[1] then return {held} end
${STORE}`);

/** The same, with the end of the expected text as ARGV[1]. So Lua does not copy what the key holds. */
const COMPARE_END_AND_SET =
  script(`if redis.call('GETRANGE', KEYS[1], -${STAMP_LENGTH}, -1) ~= ARGV[1] then
  local held = redis.call('GET', KEYS[1])
  return held and {held}
end
${STORE}`);

/** The length of a SHA-1 in hexadecimal digits. */
const SHA1_DIGITS = 40;

/** The longest text that is sent as it is. To hash a longer one costs both sides less than to send it. */
const MAX_SENT_CHARACTERS = 1000;

/** What {@link STORE} returns. */
const STORED_WITH_IFEQ = 2;

/** How many scripts run after a server did not know IFEQ, before it is tried again: behind one address, servers can change. */
const SCRIPTS_BETWEEN = 1000;

/**
 * Sends SET through a client.
 * @param args what follows the key.
 * @returns the reply. Null if the server replied nil.
 */
export type SendSet = (key: string, args: string[]) => Promise<unknown>;

/**
 * Implements `RedisLike.compareAndSet` for a client that can run Lua scripts and send any SET. Uses `SET … IFEQ` where that is
 * faster, and where the server refuses scripts.
 */
export function compareAndSetBy(run: RunScript, send: SendSet): RedisLike['compareAndSet'] {
  const sender = new CompareAndSet(run, send);
  return (key, expected, value, ttlMs) => sender.send(key, expected, value, ttlMs);
}

class CompareAndSet {
  readonly #run: RunScript;
  readonly #set: SendSet;
  /** A script says whether the server knows IFEQ. */
  #knowsIfeq = false;
  #refusesScripts = false;
  #scriptsUntilIfeq = 0;

  constructor(run: RunScript, set: SendSet) {
    this.#run = run;
    this.#set = set;
  }

  async send(
    key: string,
    expected: string,
    value: string,
    ttlMs: number | undefined,
  ): Promise<string | null> {
    if (this.#refusesScripts) {
      const held = await this.#withoutScripts(key, expected, value, ttlMs);
      if (held !== undefined) return held;
      // Without a TTL, SET with IFEQ reaches replicas as it is, and an older one does not know it.
    } else if (this.#knowsIfeq && ttlMs !== undefined && isFasterByIfeq(expected)) {
      if (await this.#ifeq(key, expected, value, ttlMs)) return expected;
    }
    try {
      return await this.#byScript(key, expected, value, ttlMs);
    } catch (refused) {
      if (!isScriptRefusal(refused)) throw refused;
      const held = await this.#withoutScripts(key, expected, value, ttlMs);
      if (held === undefined) throw refused;
      this.#refusesScripts = true;
      return held;
    }
  }

  /** @returns undefined if the server does not know IFEQ. */
  async #withoutScripts(
    key: string,
    expected: string,
    value: string,
    ttlMs: number | undefined,
  ): Promise<string | null | undefined> {
    const stored = await this.#ifeq(key, expected, value, ttlMs);
    if (stored !== null) return stored === undefined ? undefined : expected;
    // A reply to GET does not tell bytes that only decode to the expected text.
    const held = await this.#ifeq(key, expected, value, ttlMs, 'GET');
    return typeof held === 'string' ? heldInstead(expected, held) : held;
  }

  async #byScript(
    key: string,
    expected: string,
    value: string,
    ttlMs?: number,
  ): Promise<string | null> {
    const { held, knowsIfeq } = await compareByScript(this.#run, key, expected, value, ttlMs);
    if (this.#scriptsUntilIfeq > 0) this.#scriptsUntilIfeq--;
    else if (knowsIfeq) this.#knowsIfeq = true;
    return held;
  }

  /**
   * @param options GET lets the server reply what the key held.
   * @returns the reply; null if nothing was stored or, with GET, nothing was held; undefined if the server does not know IFEQ.
   */
  async #ifeq(
    key: string,
    expected: string,
    value: string,
    ttlMs: number | undefined,
    ...options: 'GET'[]
  ): Promise<string | null | undefined> {
    const px = ttlMs === undefined ? [] : ['PX', String(ttlMs)];
    try {
      const reply = await this.#set(key, [value, 'IFEQ', expected, ...options, ...px]);
      return reply === null ? null : String(reply);
    } catch (error) {
      if (!isSyntaxError(error)) throw error;
      this.#knowsIfeq = false;
      this.#refusesScripts = false;
      this.#scriptsUntilIfeq = SCRIPTS_BETWEEN;
      return undefined;
    }
  }
}

interface Compared {
  held: string | null;
  /** Of a server that did not store the value, this is not known. */
  knowsIfeq: boolean;
}

async function compareByScript(
  run: RunScript,
  key: string,
  expected: string,
  value: string,
  ttlMs: number | undefined,
): Promise<Compared> {
  const end = uniqueEndOf(expected);
  const args = [end ?? comparable(expected), value];
  if (ttlMs !== undefined) args.push(String(ttlMs));
  const reply = await runScript(run, end ? COMPARE_END_AND_SET : COMPARE_AND_SET, [key], args);
  if (reply === null) return { held: null, knowsIfeq: false };
  if (Array.isArray(reply)) {
    return { held: heldInstead(expected, String(reply[0])), knowsIfeq: false };
  }
  return { held: expected, knowsIfeq: Number(reply) === STORED_WITH_IFEQ };
}

/**
 * Sending a long expected text takes longer than a script that compares its end. A script that has to read what the key holds always
 * takes longer than IFEQ.
 */
function isFasterByIfeq(expected: string): boolean {
  return expected.length <= MAX_SENT_CHARACTERS || uniqueEndOf(expected) === undefined;
}

/** Returns what the script compares with the stored text. A text can have 40 bytes without having 40 characters. */
function comparable(text: string): string {
  const isSent = text.length <= MAX_SENT_CHARACTERS && Buffer.byteLength(text) !== SHA1_DIGITS;
  return isSent ? text : sha1(text);
}

/**
 * Returns the text that the key held instead of the expected one. Bytes that are not UTF-8 can decode to the expected text
 * although their hash differs: returning that text would claim that the value was stored.
 */
function heldInstead(expected: string, held: string): string {
  if (held !== expected) return held;
  throw new HoldfastError(
    'ERR_HOLDFAST_CORRUPT',
    'A key of this store holds bytes that are not UTF-8.',
  );
}

/** Looks at the message, because the class of the error differs from client to client. */
function isSyntaxError(error: unknown): boolean {
  return /^ERR:? syntax error/.test(String(getProperty(error, 'message')));
}
