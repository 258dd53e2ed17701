import { hash } from 'node:crypto';

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
  return run('evalsha', sha, keys, args).catch((error: unknown) => {
    if (!isNoScript(error)) throw error;
    return run('eval', text, keys, args);
  });
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

/** Looks at the message, because the class of the error differs from client to client. */
function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.includes('NOSCRIPT');
}
