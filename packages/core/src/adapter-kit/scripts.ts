import { hash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';

/**
 * KEYS[1] the key; ARGV[1] the text expected there, or its SHA-1, which is what 40 bytes are taken for; ARGV[2] the new
 * text, ARGV[3] its TTL in milliseconds or nothing. Answers nil for a missing key, {held} where the key holds something
 * else, and 1 when it stored. Lua never parses what it stores.
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
 * KEYS[1] the sorted set; ARGV[1] the score, ARGV[2] the member, ARGV[3] how many milliseconds the key has to live at
 * least. PTTL answers -2 for a missing key and -1 for one without an expiry; PEXPIRE's own GT is not in Redis 6.
 */
const ZADD = script(`local left = redis.call('PTTL', KEYS[1])
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
if left ~= -1 and left < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1`);

/** How many bytes the SHA-1 of a text has. */
const SHA1_DIGITS = 40;

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
 * @param command the Redis command to use: `evalsha` takes `script` as a SHA-1, `eval` as a text. In lower case, as
 *   some clients know keys of a command under that name only.
 * @param key the script's only key.
 * @param args the script's arguments.
 */
export type RunScript = (
  command: 'evalsha' | 'eval',
  script: string,
  key: string,
  args: string[],
) => Promise<unknown>;

/** By EVALSHA, and by EVAL where the server does not know the script yet or has forgotten it (its NOSCRIPT error). */
function runScript(
  run: RunScript,
  { text, sha }: Script,
  key: string,
  args: string[],
): Promise<unknown> {
  return run('evalsha', sha, key, args).catch((error: unknown) => {
    if (!isNoScript(error)) throw error;
    return run('eval', text, key, args);
  });
}

/** `RedisLike.zaddExtendingTtl` for any client that can run a Lua script. */
export async function zaddExtendingTtlByScript(
  run: RunScript,
  key: string,
  score: number,
  member: string,
  ttlMs: number,
): Promise<void> {
  await runScript(run, ZADD, key, [String(score), member, String(ttlMs)]);
}

/** `RedisLike.compareAndSet` for any client that can run a Lua script. */
export async function compareAndSetByScript(
  run: RunScript,
  key: string,
  expected: string,
  value: string,
  ttlMs?: number,
): Promise<string | null> {
  const args = [comparable(expected), value];
  if (ttlMs !== undefined) args.push(String(ttlMs));
  const reply = await runScript(run, COMPARE_AND_SET, key, args);
  if (!Array.isArray(reply)) return reply === null ? null : expected;
  return heldInstead(key, expected, String(reply[0]));
}

/** A longer text costs less to hash, here and there, than to send. */
const MAX_SENT_CHARACTERS = 1000;

/** What the script compares with what is stored. A text could have 40 bytes without having 40 characters. */
function comparable(text: string): string {
  const isSent = text.length <= MAX_SENT_CHARACTERS && Buffer.byteLength(text) !== SHA1_DIGITS;
  return isSent ? text : sha1(text);
}

/** The error's class differs from client to client; what the server said is in its message. */
function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.includes('NOSCRIPT');
}

/**
 * Bytes that are not UTF-8 can read as the very text that was expected, while their hash differs. To answer
 * that text would claim that the value was stored.
 */
function heldInstead(key: string, expected: string, held: string): string {
  if (held !== expected) return held;
  throw new HoldfastError(
    'ERR_HOLDFAST_CORRUPT',
    `The key ${key} holds bytes that are not UTF-8.`,
    {
      key,
    },
  );
}
