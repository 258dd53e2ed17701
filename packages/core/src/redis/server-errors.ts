import { HoldfastError, type HoldfastErrorCode, isHoldfastError } from '../errors.ts';
import { getProperty } from '../util/values.ts';
import { redactError, redactText } from './redact-error.ts';
import { withoutPlace } from './script-errors.ts';

/** An error of a Redis server that needs an explanation. */
interface Explanation {
  /** Matches the server's message. */
  says: RegExp;
  code: HoldfastErrorCode;
  /**
   * @param said the server's message, without a period at the end.
   * @param captured what the expression captured of it: usually a command.
   * @param prefix what the names of the store's keys begin with.
   */
  explain(said: string, captured: string, prefix: string): string;
}

/** What each command is needed for, by the names that the server uses. */
const NEEDED_FOR: Record<string, string> = {
  get: 'reading sessions',
  set: 'saving sessions, and remembering those that were ended',
  eval: 'saving and touching sessions, together with evalsha',
  evalsha: 'saving and touching sessions, together with eval',
  pexpire: 'touching sessions',
  unlink: 'ending sessions',
  mget: 'listing sessions',
  scan: 'ids, all, sessions, clear, without the option trackCount length, and if Redis may evict keys destroyByUser',
  'cluster|nodes': 'scanning a cluster, as ids, all, sessions, clear and length do',
  zrem: 'the options userId and trackCount',
  zrangebyscore: 'the options userId and trackCount',
  zcount: 'the option trackCount',
  zscore: 'the option userId',
  info: 'the options userId and trackCount',
};

/** The first that matches counts. What they show of a message, `said`, contains no argument of a command. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    says: /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|BUSY) /,
    code: 'ERR_HOLDFAST_UNAVAILABLE',
    explain: (said) =>
      `Redis is up but cannot serve commands yet: ${said}. Holdfast checks several times a second whether it can.`,
  },
  {
    says: /^ERR max number of clients/,
    code: 'ERR_HOLDFAST_UNAVAILABLE',
    explain: (said) =>
      `Redis accepts no more connections: ${said}. Raise its maxclients setting, or open fewer connections.`,
  },
  {
    says: /^(?:NOAUTH|WRONGPASS) |^ERR invalid password/,
    code: 'ERR_HOLDFAST_UNAUTHENTICATED',
    explain: (said) =>
      `Redis rejects the client's credentials: ${said}. Give the client the username and password that Redis expects.`,
  },
  {
    says: /^READONLY /,
    code: 'ERR_HOLDFAST_READ_ONLY',
    explain: (said) =>
      `This Redis server is a replica, which accepts no writes: ${said}. Connect the client to the master. A client that connects through sentinels or to a cluster finds a new master by itself.`,
  },
  {
    says: /^NOPERM .*'(.+)' command/,
    code: 'ERR_HOLDFAST_FORBIDDEN',
    explain: (_, command) =>
      `The access rules of Redis (ACL) forbid ${command.toUpperCase()} to this user. It is needed for ${NEEDED_FOR[command] ?? 'this operation'}. Allow it with +${command}.`,
  },
  {
    says: /^NOPERM .* key/i,
    code: 'ERR_HOLDFAST_FORBIDDEN',
    explain: (said, _, prefix) =>
      `The access rules of Redis (ACL) forbid this key to this user: ${said}. Allow all keys that begin with the option prefix, with ~${prefix}*, and with ~holdfast:* the keys of the options rememberEnded, userId and trackCount.`,
  },
  {
    says: /^ERR (?:The user executing the script|ACL failure in script)/,
    code: 'ERR_HOLDFAST_FORBIDDEN',
    explain: (said) =>
      `The access rules of Redis (ACL) forbid this user a command inside a script: ${said}. Allow +get, +getrange and +set, and for the options userId and trackCount +pttl, +zadd and +pexpire.`,
  },
  {
    says: /^ERR .*\b(?:unknown|unsupported|disabled)\b.*\beval(?:sha)?\b/i,
    code: 'ERR_HOLDFAST_SCRIPTS_DISABLED',
    explain: () =>
      'Redis does not know EVAL and EVALSHA, with which Holdfast saves a session only if no other request has changed it. Enable these commands: look for rename-command in the configuration of the server, or for the settings of your provider. Without scripts, Holdfast needs Redis 8.4 or Valkey 8.1 or newer, which can compare without them, or the option concurrency: "overwrite", with which it works as connect-redis does. The options userId and trackCount need scripts.',
  },
  {
    says: /^ERR unknown command [`'](\w+)/,
    code: 'ERR_HOLDFAST_REJECTED',
    explain: (_, command) =>
      `Redis does not know the command ${command.toUpperCase()}. Holdfast needs Redis 6.0 or newer, or Valkey, and none of the commands that it uses may be renamed or disabled.`,
  },
  {
    says: /^WRONGTYPE /,
    code: 'ERR_HOLDFAST_WRONG_TYPE',
    explain: () =>
      'A key holds another type than this store writes, so another program wrote it. Use a prefix that no other program uses.',
  },
  {
    says: /^OOM /,
    code: 'ERR_HOLDFAST_REJECTED',
    explain: () =>
      'Redis rejected a write (OOM), because its memory is full. Raise its maxmemory setting, or choose a maxmemory-policy that makes room.',
  },
  {
    says: /^NOREPLICAS /,
    code: 'ERR_HOLDFAST_REJECTED',
    explain: () =>
      'Redis rejected a write (NOREPLICAS), because it has fewer replicas than its setting min-replicas-to-write.',
  },
  {
    says: /^MISCONF /,
    code: 'ERR_HOLDFAST_REJECTED',
    explain: () =>
      'Redis rejected a write (MISCONF), because it cannot save to its disk. Look at the log of Redis, or turn its setting stop-writes-on-bgsave-error off.',
  },
  {
    // Every error of a server begins with a word in capitals. A client's own errors do not.
    says: /^([A-Z]+) /,
    code: 'ERR_HOLDFAST_REJECTED',
    explain: (_, word) =>
      `Redis rejected a command with the error ${word}. The cause has the text that Redis gave, without keys and content.`,
  },
];

/**
 * The first words of what servers say, behind which some clients put a colon. A list, because errors of a client can begin with a
 * word in capitals and a colon as well, such as `ECONNREFUSED:`.
 */
const WITH_COLON =
  /^(ASK|BUSY|CLUSTERDOWN|CROSSSLOT|DENIED|ERR|LOADING|MASTERDOWN|MISCONF|MOVED|NOAUTH|NOPERM|NOREPLICAS|NOSCRIPT|OOM|READONLY|TRYAGAIN|WRONGPASS|WRONGTYPE): /;

/** The errors that a mistake in a program throws, such as one in an adapter. They are not outages. */
const PROGRAMMING_ERRORS: readonly unknown[] = ['TypeError', 'RangeError', 'ReferenceError'];

/** But a cluster of node-redis 4 or 5 throws a TypeError if it knows no node for a slot, such as before it connects. */
const NO_NODE = /^Cannot read properties of undefined /;

/** What node-redis says before `connect()` and after `close()`. */
const NOT_CONNECTED = /^The client is closed/;

/**
 * Explains the error of a client: returns a `HoldfastError` that says what to do, or that Redis is unavailable. Returns
 * programming errors as they are. Removes keys and content from the client's error.
 * @param prefix what the names of keys begin with.
 */
export function explainError(cause: unknown, prefix: string): unknown {
  if (isExplained(cause)) return cause;
  redactError(cause, prefix);
  const said =
    withoutPlace(redactText(messageOf(cause), prefix).replace(WITH_COLON, '$1 ')) ||
    'the client gave no reason';
  for (const { says, code, explain } of EXPLANATIONS) {
    const [found, captured = ''] = says.exec(said) ?? [];
    if (found !== undefined)
      return new HoldfastError(code, explain(said, captured, prefix), { cause });
  }
  if (isProgrammingError(cause, said)) return cause;
  if (NOT_CONNECTED.test(said) || NO_NODE.test(said)) return notConnected(said, cause);
  return new HoldfastError(
    'ERR_HOLDFAST_UNAVAILABLE',
    `The client could not reach Redis: ${said}. Check that Redis is up and reachable, and that it accepts the client's password or certificate. The client's error events say more.`,
    { cause },
  );
}

function notConnected(said: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'ERR_HOLDFAST_UNAVAILABLE',
    `The client is not connected: ${said}. Call client.connect() and await it before the first request. If the application does, look at the error events of the client.`,
    { cause },
  );
}

/** Returns an error's message, without a period at the end. A client can reject with anything, even with a hostile object. */
function messageOf(cause: unknown): string {
  try {
    return String(getProperty(cause, 'message') ?? '').replace(/\.$/, '');
  } catch {
    return '';
  }
}

function isProgrammingError(cause: unknown, said: string): boolean {
  try {
    return PROGRAMMING_ERRORS.includes(getProperty(cause, 'name')) && !NO_NODE.test(said);
  } catch {
    return false;
  }
}

function isExplained(cause: unknown): boolean {
  try {
    return isHoldfastError(cause);
  } catch {
    return false;
  }
}
