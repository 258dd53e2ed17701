import { checkClientOption, optionOfClients } from './adapter-kit/client-option.ts';
import type { RedisLike } from './redis/redis-like.ts';
import { type SealingSerializer, type Serializer, STAMPED_JSON } from './serializer.ts';
import type { Conflicts } from './session/merge.ts';
import {
  booleanCheck,
  type Check,
  checkOptions,
  givenOptions,
  invalidOption,
} from './util/option-checks.ts';
import { hasMethods, isKeyText, isPositiveInteger, isRecord } from './util/values.ts';

/** The options of `SessionRepository`. Only `client` is required. */
export interface RepositoryOptions<Session> {
  /** The Redis client, wrapped by an adapter: `fromNodeRedis(client)`, `fromIoredis(client)`, … */
  client: RedisLike;
  /**
   * The beginning of every key, before the session id. Default `"sess:"`. If two stores share a Redis database, neither
   * prefix may begin with the other. With an empty prefix, every key of the database counts as a session, and `clear`
   * deletes them all.
   */
  prefix?: string | undefined;
  /**
   * How long a session lives after its last save or touch, in seconds: a whole number, at least 1. Default 86,400, a day. A
   * number applies only to sessions whose cookie has no expiry of its own. A function is called for every session, and its
   * result takes precedence over the cookie's expiry. It must not be async.
   */
  ttl?: number | ((session: Session) => number) | undefined;
  /**
   * Skips a touch if this process wrote the session less than this many seconds ago. The key then expires that much sooner.
   * A touch that changes the cookie's maximum age is never skipped. Default: 1 % of the session's life, at most 60. `0`
   * writes every touch. At most half of the session's life.
   */
  touchAfter?: number | undefined;
  /** `true`: keys never expire, neither by `ttl` nor by the cookie. Default `false`. */
  disableTTL?: boolean | undefined;
  /**
   * Ends a session this many seconds after its creation, however often it is saved or touched: a whole number, at least 1.
   * It ends sooner if its cookie or `ttl` says so. A session that was stored without this option counts as created when it
   * is first read. `regenerate` creates a new session. Cannot be combined with `disableTTL`. Default: no limit.
   */
  maxLifetime?: number | undefined;
  /**
   * Turns sessions into text and back: a serializer, or `encrypted({ keys })`. Default: `JSON`, as connect-redis
   * writes it, followed by 24 characters of white space that differ from write to write, by which Holdfast notices every other
   * write.
   */
  serializer?: Serializer<Session> | SealingSerializer<Session> | undefined;
  /**
   * `true`: names keys by the SHA-256 of session ids, so that reading the keys is not enough to sign in. Lists then
   * return handles instead of ids, which `destroyByHandle` accepts. Default `false`.
   *
   * `"readPlain"` stores new sessions under hashed ids, and also finds sessions under plain ids, where they stay.
   * `"writePlain"` finds both, and stores new sessions under plain ids. Each sends one command more for a session that is
   * not where new sessions are.
   */
  hashIds?: boolean | 'readPlain' | 'writePlain' | undefined;
  /**
   * How many keys a command names at most, and how many keys the server inspects in one step of a scan: a whole number, at
   * least 1. Default 100.
   */
  scanCount?: number | undefined;
  /**
   * What happens to a session that another request has changed or ended since this request read it. `"merge"`, the default:
   * keeps every change that only one of them made, at any depth, and an ended session stays ended. `"overwrite"`: the later save
   * replaces everything and brings an ended session back, as connect-redis does.
   */
  concurrency?: 'merge' | 'overwrite' | undefined;
  /**
   * Decides what is stored for a value that two requests changed: a function for all conflicts, or an object with functions for
   * some top-level fields, such as `{ visits: sum, address: whole }`. Default: the later save wins, and emits a `conflict`
   * event. Is not called for `cookie`, nor with `concurrency: "overwrite"`.
   */
  conflicts?: Conflicts<Session> | undefined;
  /**
   * Returns the id of the session's user, usually of the user who is signed in: a non-empty, well-formed string, or
   * undefined while there is none. A text such as `[object Object]` is refused. The id becomes part of a key's name. With this
   * option, `listByUser`, `countByUser` and `destroyByUser` find the sessions of a user without a scan, and each save and touch
   * sends one command more. Is called for every session that is read or written. It must not be async. Default: no session has a
   * user.
   */
  userId?: ((session: Partial<Session>) => string | null | undefined) | undefined;
  /**
   * How many sessions a user may have: a whole number, at least 1. A sign-in beyond this limit ends the user's least recently
   * active session; for that, it reads all sessions of the user. Needs `userId`. Default: no limit.
   */
  maxPerUser?: number | undefined;
  /**
   * How many seconds to remember that a session was ended, in a key beside it: a whole number, at least 1, or `0` to remember
   * nothing. Default 60. Until then, no write can restore the session, and a request with its id learns why it has ended. With a
   * prefix that such keys begin with, such as an empty one, the default is `0`.
   */
  rememberEnded?: number | undefined;
  /**
   * How long an operation may wait for Redis, in milliseconds: a whole number, at least 1, or `Infinity` to wait as long as
   * the client does. Default 2,000.
   *
   * The limit covers commands that Redis does not answer, a client that is not connected, and earlier writes of the same
   * session. It applies to each step of a scan, to the reading and the storing of an update, and to each promise of the
   * serializer. An operation ends up to 100 ms after its limit. After several failures in a row, further operations fail at
   * once until Redis is back.
   */
  timeoutMs?: number | undefined;
  /**
   * `true`: counts sessions as they begin and end, so that `length` needs no scan. Each save and touch sends one command
   * more. Default `false`: `length` scans the whole database.
   */
  trackCount?: boolean | undefined;
}

/** The options of `RedisStore`. Only `client` is required. */
export interface StoreOptions<Session> extends RepositoryOptions<Session> {
  /** `true`: only a save extends a session's life, a touch does not. Default `false`. */
  disableTouch?: boolean | undefined;
  /**
   * What requests get while Redis is unavailable. `"error"`, the default: an error with the `status` 503. `"skip"`: requests
   * go on without `req.session` as soon as the outage is known, as express-session arranges between the events
   * `disconnect` and `connect`. Needs a finite `timeoutMs`.
   */
  onOutage?: 'error' | 'skip' | undefined;
}

/** The options of `FastifyStore`. Only `client` is required. `@fastify/session` saves sessions and never touches them. */
export type FastifyStoreOptions<Session> = Omit<RepositoryOptions<Session>, 'touchAfter'>;

/** The classes that take options. */
export type OptionOwner = 'RedisStore' | 'SessionRepository' | 'FastifyStore';

/** The options of each class, checked and with their defaults. */
export interface Settings<Session> {
  client: RedisLike;
  prefix: string;
  ttl: number | ((session: Session) => number);
  disableTouch: boolean;
  /** Undefined: the default, which depends on the session. */
  touchAfter: number | undefined;
  disableTTL: boolean;
  /** `Infinity`: no limit. */
  maxLifetime: number;
  serializer: Serializer<Session> | SealingSerializer<Session>;
  hashIds: boolean | 'readPlain' | 'writePlain';
  scanCount: number;
  concurrency: 'merge' | 'overwrite';
  conflicts: Conflicts<Session> | undefined;
  userId: ((session: Partial<Session>) => string | null | undefined) | undefined;
  /** `Infinity`: no limit. */
  maxPerUser: number;
  rememberEnded: number;
  timeoutMs: number;
  onOutage: 'error' | 'skip';
  trackCount: boolean;
}

const DEFAULTS = {
  prefix: 'sess:',
  ttl: 86_400,
  disableTouch: false,
  touchAfter: undefined,
  disableTTL: false,
  maxLifetime: Number.POSITIVE_INFINITY,
  serializer: STAMPED_JSON,
  hashIds: false,
  scanCount: 100,
  concurrency: 'merge',
  conflicts: undefined,
  userId: undefined,
  maxPerUser: Number.POSITIVE_INFINITY,
  rememberEnded: 60,
  timeoutMs: 2000,
  onOutage: 'error',
  trackCount: false,
} satisfies Omit<Settings<unknown>, 'client'>;

const functionCheck: Check = {
  accepts: (value) => typeof value === 'function',
  accepted: 'a function',
};

const CHECKS: Record<keyof Settings<unknown>, Check> = {
  // checkClientOption has checked it.
  client: { accepts: () => true, accepted: 'a Redis client that an adapter has wrapped' },
  prefix: {
    accepts: (value) => value === '' || isKeyText(value),
    accepted: 'a well-formed string',
  },
  ttl: {
    accepts: (value) => typeof value === 'function' || isPositiveInteger(value),
    accepted: 'a whole number of seconds, at least 1, or a function that returns one for a session',
  },
  disableTouch: booleanCheck,
  touchAfter: {
    accepts: (value) => Number.isFinite(value) && Number(value) >= 0,
    accepted: 'a number of seconds, at least 0',
  },
  disableTTL: booleanCheck,
  maxLifetime: { accepts: isPositiveInteger, accepted: 'a whole number of seconds, at least 1' },
  serializer: {
    accepts: (value) =>
      hasMethods(value, 'parse', 'stringify') || hasMethods(value, 'seal', 'open'),
    accepted: 'an object with the functions parse and stringify, or encrypted({ keys })',
  },
  hashIds: {
    accepts: (value) =>
      ['readPlain', 'writePlain', true, false].includes(value as string | boolean),
    accepted: 'true, false, "readPlain" or "writePlain"',
  },
  scanCount: { accepts: isPositiveInteger, accepted: 'a whole number, at least 1' },
  concurrency: {
    accepts: (value) => value === 'merge' || value === 'overwrite',
    accepted: '"merge" or "overwrite"',
  },
  conflicts: {
    accepts: (value) => typeof value === 'function' || isRecordOfFunctions(value),
    accepted: 'a function, or an object with a function for each of some fields',
  },
  userId: functionCheck,
  maxPerUser: { accepts: isPositiveInteger, accepted: 'a whole number, at least 1' },
  rememberEnded: {
    accepts: (value) => value === 0 || isPositiveInteger(value),
    accepted: 'a whole number of seconds, at least 0',
  },
  timeoutMs: {
    accepts: (value) => isPositiveInteger(value) || value === Number.POSITIVE_INFINITY,
    accepted: 'a whole number of milliseconds, at least 1, or Infinity',
  },
  onOutage: {
    accepts: (value) => value === 'error' || value === 'skip',
    accepted: '"error" or "skip"',
  },
  trackCount: booleanCheck,
};

function isRecordOfFunctions(value: unknown): boolean {
  return (
    isRecord(value) &&
    // Maps and sets hold no functions under the names of fields.
    !(Symbol.iterator in value) &&
    Object.values(value).every((each) => each === undefined || typeof each === 'function')
  );
}

/** The options that a class does not have, because they would do nothing there. */
const ABSENT: Record<OptionOwner, readonly string[]> = {
  RedisStore: [],
  SessionRepository: ['disableTouch', 'onOutage'],
  FastifyStore: ['disableTouch', 'onOutage', 'touchAfter'],
};

/**
 * Checks the options of a class and fills in the defaults. An option that is `undefined` counts as absent.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION`
 */
export function settingsFrom<Session>(
  options: RepositoryOptions<Session>,
  owner: OptionOwner,
): Settings<Session> {
  const given = givenOptions(options);
  checkClientOption(options, owner);
  const checks = Object.entries(CHECKS).filter(([name]) => !ABSENT[owner].includes(name));
  for (const [name] of given) {
    const explanation = optionOfClients(name, owner);
    if (explanation !== undefined) throw invalidOption(explanation);
  }
  checkOptions(given, Object.fromEntries(checks), owner);
  warnOfMilliseconds(given, owner);
  const settings: unknown = { ...DEFAULTS, ...withPrefixDefaults(Object.fromEntries(given)) };
  checkPrefix(settings as Settings<unknown>);
  checkIndex(settings as Settings<unknown>);
  checkOutage(settings as Settings<unknown>);
  checkLifetime(settings as Settings<unknown>);
  return settings as Settings<Session>;
}

/** Options in seconds, which are easily taken for milliseconds. */
const IN_SECONDS: readonly string[] = ['ttl', 'touchAfter', 'maxLifetime', 'rememberEnded'];

const DAY = 24 * 60 * 60;

function warnOfMilliseconds(given: readonly [string, unknown][], owner: OptionOwner): void {
  for (const [name, value] of given) {
    if (!IN_SECONDS.includes(name) || typeof value !== 'number' || value <= 365 * DAY) continue;
    const days = Math.round(value / DAY).toLocaleString('en-US');
    process.emitWarning(
      `The option ${name} of ${owner} is in seconds: ${value} seconds are ${days} days. If you meant milliseconds, write ${value / 1000}.`,
      'HoldfastWarning',
    );
  }
}

/** What the names of all keys beside the sessions begin with. */
const RESERVED = 'holdfast:';

/** With an empty prefix, every key counts as a session, so there is no place for markers. */
function withPrefixDefaults(given: Record<string, unknown>): Record<string, unknown> {
  return given.prefix === '' ? { rememberEnded: 0, ...given } : given;
}

/**
 * Keeps sessions apart from the keys beside them, also those of another store in the same database, whose options are not known
 * here.
 */
function checkPrefix({ prefix, userId, trackCount, rememberEnded }: Settings<unknown>): void {
  if (prefix === '') {
    const extra = { userId, trackCount, rememberEnded };
    const [name] = Object.entries(extra).find(([, value]) => value) ?? [];
    if (name === undefined) return;
    throw invalidOption(
      `The option ${name} needs a prefix that is not empty, such as "sess:". It keeps further keys beside the sessions, which would count as sessions.`,
    );
  }
  if (!prefix.startsWith(RESERVED) && !RESERVED.startsWith(prefix)) return;
  throw invalidOption(
    `The option prefix must not be ${JSON.stringify(prefix)}, because Holdfast keeps other keys whose names begin with "${RESERVED}". Take another one, such as "sess:".`,
  );
}

function checkIndex({ userId, maxPerUser }: Settings<unknown>): void {
  if (maxPerUser === DEFAULTS.maxPerUser || userId !== undefined) return;
  throw invalidOption('The option maxPerUser needs the option userId.');
}

function checkOutage({ timeoutMs, onOutage }: Settings<unknown>): void {
  if (onOutage !== 'skip' || timeoutMs !== Number.POSITIVE_INFINITY) return;
  throw invalidOption(
    'The option onOutage can be "skip" only if timeoutMs is finite. With Infinity, no outage is noticed.',
  );
}

function checkLifetime({ maxLifetime, disableTTL }: Settings<unknown>): void {
  if (!disableTTL || maxLifetime === DEFAULTS.maxLifetime) return;
  throw invalidOption(
    'The options maxLifetime and disableTTL cannot be combined: with disableTTL, keys never expire.',
  );
}
