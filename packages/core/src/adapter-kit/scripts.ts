import { hash } from 'node:crypto';
import { withoutPlace } from '../redis/script-errors.ts';
import { getProperty } from '../util/values.ts';

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

export interface Script {
  text: string;
  sha: string;
}

export function script(text: string): Script {
  return { text, sha: sha1(text) };
}

export function sha1(text: string): string {
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
export function runScript(
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

/** Returns whether a server does not run scripts at all, or not for this user. */
export function isScriptRefusal(error: unknown): boolean {
  return REFUSAL.test(String(getProperty(error, 'message')));
}

const REFUSAL = /^(?:ERR .*\b(?:unknown|unsupported|disabled)\b|NOPERM ).*\beval(?:sha)?\b/is;

/** Looks at the message, because the class of the error differs from client to client. */
function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.includes('NOSCRIPT');
}
