import { HoldfastError, type HoldfastErrorCode } from '../errors.ts';
import { property } from '../util/values.ts';

/** What an error of a server stands for. */
interface Meaning {
  /** How the server puts it. */
  says: RegExp;
  code: HoldfastErrorCode;
  /**
   * What to tell whoever reads the error.
   * @param said the server's words, without the full stop.
   * @param command the command that they name.
   */
  explain(said: string, command: string): string;
}

/** What commands are needed for, by the names that the server calls them. */
const NEEDED_FOR: Record<string, string> = {
  get: 'reading sessions',
  set: 'saving new sessions',
  eval: 'saving and touching sessions, with evalsha',
  evalsha: 'saving and touching sessions, with eval',
  pexpire: 'touching sessions',
  unlink: 'ending sessions',
  mget: 'listing sessions',
  scan: 'ids, all, sessions, clear and, without the option trackCount, length',
  'cluster|nodes': 'scanning a cluster, which ids, all, sessions, clear and length do',
  zrem: 'the options userId and trackCount',
  zrangebyscore: 'the options userId and trackCount',
  zcount: 'the option trackCount',
};

/** Those of a server's errors that leave open what to do. The first that fits counts. */
const MEANINGS: readonly Meaning[] = [
  {
    says: /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|BUSY) /,
    code: 'ERR_HOLDFAST_UNAVAILABLE',
    explain: (said) =>
      `Redis is there, but cannot serve now: ${said}. It is asked again until it can.`,
  },
  {
    says: /^ERR max number of clients/,
    code: 'ERR_HOLDFAST_UNAVAILABLE',
    explain: (said) =>
      `Redis takes no more connections: ${said}. Raise its maxclients, or open fewer.`,
  },
  {
    says: /^(?:NOAUTH|WRONGPASS) |^ERR invalid password/,
    code: 'ERR_HOLDFAST_UNAUTHENTICATED',
    explain: (said) =>
      `Redis does not let the client in: ${said}. Give the client the username and the password that Redis knows.`,
  },
  {
    // Up to Redis 6, what fails in a script comes after where it failed.
    says: /^READONLY |: -READONLY /,
    code: 'ERR_HOLDFAST_READ_ONLY',
    explain: (said) =>
      `Redis is a replica here, in which nothing can be saved: ${said}. Connect the client to the master; through sentinels or as a cluster it finds a new one by itself.`,
  },
  {
    says: /^NOPERM .*'(.+)' command/,
    code: 'ERR_HOLDFAST_FORBIDDEN',
    explain: (_, command) =>
      `Redis does not let the client's user run ${command.toUpperCase()}, which is needed for ${NEEDED_FOR[command] ?? 'this'}. Allow it with +${command}.`,
  },
  {
    says: /^NOPERM .* key/i,
    code: 'ERR_HOLDFAST_FORBIDDEN',
    explain: (said) =>
      `Redis does not let the client's user touch this key: ${said}. Allow the keys that begin with the option prefix, as ~sess:* does, and ~holdfast:* for the options userId and trackCount.`,
  },
  {
    says: /^ERR (?:The user executing the script|ACL failure in script)/,
    code: 'ERR_HOLDFAST_FORBIDDEN',
    explain: (said) =>
      `Redis does not let the client's user run what is in a script: ${said}. Allow +get and +set, and for the options userId and trackCount +pttl, +zadd and +pexpire.`,
  },
];

/** How the errors of a server begin: with a word in capitals. A client's own errors do not. */
const REPLY = /^[A-Z]+ /;

/** What a mistake in a program throws, such as one in an adapter, which is no outage. */
const MISTAKES: readonly unknown[] = ['TypeError', 'RangeError', 'ReferenceError'];

/** But so does a cluster of node-redis that knows nobody who serves a slot, as those of 4 and 5 before they connect. */
const KNOWS_NOBODY = /^Cannot read properties of undefined /;

/**
 * Says what to do where the error of a client leaves that open, and that Redis is away where it is. Any other error of
 * a server is clear, and a mistake in a program tells where it is; they are answered as they are.
 */
export function explained(cause: unknown): unknown {
  if (isOurs(cause)) return cause;
  hideCommand(cause);
  const said = saidBy(cause) || 'the client says no more';
  for (const { says, code, explain } of MEANINGS) {
    const [found, command = ''] = says.exec(said) ?? [];
    if (found !== undefined) return new HoldfastError(code, explain(said, command), { cause });
  }
  if (REPLY.test(said) || isMistake(cause, said)) return cause;
  return new HoldfastError(
    'ERR_HOLDFAST_UNAVAILABLE',
    `Redis cannot be asked: ${said}. The error events of the client tell why: whether Redis is up and can be reached, and takes its password or certificate.`,
    { cause },
  );
}

/**
 * The words of an error, without the full stop. A client can reject with anything, also with what cannot be looked at.
 */
function saidBy(cause: unknown): string {
  try {
    return String(property(cause, 'message') ?? '').replace(/\.$/, '');
  } catch {
    return '';
  }
}

function isMistake(cause: unknown, said: string): boolean {
  try {
    return MISTAKES.includes(property(cause, 'name')) && !KNOWS_NOBODY.test(said);
  } catch {
    return false;
  }
}

function isOurs(cause: unknown): boolean {
  try {
    return cause instanceof HoldfastError;
  } catch {
    return false;
  }
}

/**
 * ioredis notes on an error what it had sent, key and session included, which are not for a log. So do its forks. That
 * is seen to here, through which every error goes, and not in an adapter: there it would take a catch around each
 * command and each step of a scan, and one that is missing, or an adapter for a fork, would let sessions into logs.
 */
function hideCommand(cause: unknown): void {
  try {
    if (!(cause instanceof Error) || !Object.hasOwn(cause, 'command')) return;
    Object.defineProperty(cause, 'command', { enumerable: false });
  } catch {}
}
