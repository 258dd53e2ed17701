import { hash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { withoutPlace } from '../redis/script-errors.ts';

/**
 * KEYS[1]: the key. ARGV[1]: the expected text, or its SHA-1; 40 bytes count as a SHA-1. ARGV[2]: the new text. ARGV[3]: its
 * TTL in milliseconds, or absent. Returns nil if there is no such key, {held} if the key holds another text, and 1 if it
 * stored the new text. Lua never parses the texts.
 */
const COMPARE_AND_SET = script(`local held = redis.call('GET', KEYS[1])
if not held then return false end
local compared = held
if #ARGV[1] == 40 then compared = redis.sha1hex(held) end
if compared ~= ARGV[1] then return {held} end
if ARGV[3] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
return 1`);

/**
 * KEYS[1]: the sorted set. ARGV[1]: the score. ARGV[2]: the member. ARGV[3]: how long the key must live at least, in
 * milliseconds. PTTL returns -2 for a missing key and -1 for a key without an expiry. PEXPIRE has no GT in Redis 6.
 */
const ZADD_EXTENDING_TTL = script(`local left = redis.call('PTTL', KEYS[1])
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
if left ~= -1 and left < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1`);

/** The length of a SHA-1 in hexadecimal digits. */
const SHA1_DIGITS = 40;

/** The longest text that is sent as it is. To hash a longer one costs both sides less than to send it. */
const MAX_SENT_CHARACTERS = 1000;

/**
 * KEYS[1]: the key. KEYS[2]: its marker. ARGV[1]: the text. ARGV[2]: its TTL in milliseconds, or absent. Returns {marked} if the
 * marker exists, and 1 if it stored the text.
 */
const SET_UNLESS_MARKED = script(`local marked = redis.call('GET', KEYS[2])
if marked then return {marked} end
if ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[1])
end
return 1`);

/**
 * KEYS[1]: the key. KEYS[2]: its marker. ARGV[1]: the text of the marker. ARGV[2]: its TTL in milliseconds. Returns how many keys
 * it deleted. A marker that the server refuses ends the script.
 */
const DEL_AND_MARK = script(`redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return redis.call('UNLINK', KEYS[1])`);

interface Script {
  text: string;
  sha: string;
}

function script(text: string): Script {
  return { text, sha: sha1(text) };
}

function sha1(text: string): string {
  return hash('sha1', text);
}

/**
 * Runs a Lua script through a client.
 * @param command the Redis command to send. `evalsha` takes the SHA-1 of a script, `eval` its text. In lowercase, because
 *   some clients find the keys of a command only under that name.
 * @param script the SHA-1 or the text.
 * @param keys the script's keys, which are in one slot of a cluster.
 * @param args the script's arguments.
 */
export type RunScript = (
  command: 'evalsha' | 'eval',
  script: string,
  keys: [string, ...string[]],
  args: string[],
) => Promise<unknown>;

/** Sends EVALSHA, and then EVAL if the server does not know the script or has forgotten it (its NOSCRIPT error). */
function runScript(
  run: RunScript,
  { text, sha }: Script,
  keys: [string, ...string[]],
  args: string[],
): Promise<unknown> {
  return run('evalsha', sha, keys, args)
    .catch((error: unknown) => {
      if (!isNoScript(error)) throw error;
      return run('eval', text, keys, args);
    })
    .catch(throwScriptError);
}

/** The message of a client's error begins with a word such as WRONGTYPE, on every server. */
function throwScriptError(error: unknown): never {
  const said = error instanceof Error ? error.message : '';
  const message = withoutPlace(said);
  throw message === said ? error : new Error(message);
}

/** Implements `RedisLike.zaddExtendingTtl` for a client that can run Lua scripts. */
export async function zaddExtendingTtlByScript(
  run: RunScript,
  key: string,
  score: number,
  member: string,
  ttlMs: number,
): Promise<void> {
  await runScript(run, ZADD_EXTENDING_TTL, [key], [String(score), member, String(ttlMs)]);
}

/** Implements `RedisLike.compareAndSet` for a client that can run Lua scripts. */
export async function compareAndSetByScript(
  run: RunScript,
  key: string,
  expected: string,
  value: string,
  ttlMs?: number,
): Promise<string | null> {
  const args = [comparable(expected), value];
  if (ttlMs !== undefined) args.push(String(ttlMs));
  const reply = await runScript(run, COMPARE_AND_SET, [key], args);
  if (!Array.isArray(reply)) return reply === null ? null : expected;
  return heldInstead(expected, String(reply[0]));
}

/** Implements `RedisLike.setUnlessMarked` for a client that can run Lua scripts. */
export async function setUnlessMarkedByScript(
  run: RunScript,
  key: string,
  marker: string,
  value: string,
  ttlMs?: number,
): Promise<string | null> {
  const args = ttlMs === undefined ? [value] : [value, String(ttlMs)];
  const reply = await runScript(run, SET_UNLESS_MARKED, [key, marker], args);
  return Array.isArray(reply) ? String(reply[0]) : null;
}

/** Implements `RedisLike.delAndMark` for a client that can run Lua scripts. */
export async function delAndMarkByScript(
  run: RunScript,
  key: string,
  marker: string,
  text: string,
  ttlMs: number,
): Promise<boolean> {
  return Number(await runScript(run, DEL_AND_MARK, [key, marker], [text, String(ttlMs)])) === 1;
}

/** Returns what the script compares with the stored text. A text can have 40 bytes without having 40 characters. */
function comparable(text: string): string {
  const isSent = text.length <= MAX_SENT_CHARACTERS && Buffer.byteLength(text) !== SHA1_DIGITS;
  return isSent ? text : sha1(text);
}

/** Looks at the message, because the class of the error differs from client to client. */
function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.includes('NOSCRIPT');
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
