import { createHash } from 'node:crypto';
import { HoldfastError } from './errors.ts';

/**
 * KEYS[1] the key; ARGV[1] the SHA-1 of the text expected there, ARGV[2] the new text, ARGV[3] its TTL in
 * milliseconds or nothing. Answers nil for a missing key, {held} where the key holds something else, and 1
 * when it stored. Only a hash of the expected text travels, and Lua never parses what it stores.
 */
const COMPARE_AND_SET = script(`local held = redis.call('GET', KEYS[1])
if not held then return false end
if redis.sha1hex(held) ~= ARGV[1] then return {held} end
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

interface Script {
  text: string;
  sha: string;
}

function script(text: string): Script {
  return { text, sha: sha1(text) };
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/**
 * Runs a Lua script through a client.
 * @param command the Redis command to use: `evalsha` takes `script` as a SHA-1, `eval` as a text. In lower case, as some
 *   clients know keys of a command under that name only.
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

/** `RedisLike.zadd` for any client that can run a Lua script. */
export async function zaddByScript(
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
  const args = [sha1(expected), value];
  if (ttlMs !== undefined) args.push(String(ttlMs));
  const reply = await runScript(run, COMPARE_AND_SET, key, args);
  if (!Array.isArray(reply)) return reply === null ? null : expected;
  return heldInstead(key, expected, String(reply[0]));
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
