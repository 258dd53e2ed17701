import { adviceFor, rawClientName } from './adapter-kit/client-detection.ts';
import { HoldfastError } from './errors.ts';
import { REDIS_LIKE_METHODS, type RedisLike } from './redis/redis-like.ts';
import type { SealingSerializer, Serializer } from './serializer.ts';
import { type ConflictResolver, takeMine } from './session/merge.ts';
import {
  type Check,
  checkOptions,
  givenOptions,
  invalidOption,
  isBoolean,
} from './util/option-checks.ts';
import { hasMethods, isKeyText, isPositiveInteger, property, shown } from './util/values.ts';

/** What a session store can be told. Everything but `client` has a default. */
export interface StoreOptions<Session> {
  /** The Redis to use, as an adapter makes it: `fromNodeRedis(client)`, `fromIoredis(client)`, … */
  client: RedisLike;
  /**
   * What each key begins with, before the session id. Default `"sess:"`. Two stores on one Redis need
   * prefixes of which neither begins with the other. With an empty prefix, every key of the Redis counts
   * as a session, and `clear` removes them all.
   */
  prefix?: string | undefined;
  /**
   * How long a session lives after its last save or touch, in whole seconds, at least 1. Default 86,400,
   * a day. A number counts only where the session's cookie has no expiry of its own. A function is asked
   * about every session, and its answer goes before the cookie's expiry; it must not be async.
   */
  ttl?: number | ((session: Session) => number) | undefined;
  /** `true`: a touch does not put off the expiry, only a save does. Default `false`. */
  disableTouch?: boolean | undefined;
  /**
   * For how many seconds after a session was written a touch of the same process is left out, as all that it could do
   * is put off the expiry by no more than that. A touch that changes the cookie's maximal age is always written.
   * Default: 1 % of the session's life, at most 60. 0: every touch is written. More than half of the session's life
   * counts as half.
   */
  touchAfter?: number | undefined;
  /** `true`: keys never expire, neither by `ttl` nor by the cookie. Default `false`. */
  disableTTL?: boolean | undefined;
  /**
   * After how many seconds since it was created a session ends, however often it is saved or touched: a whole number,
   * at least 1. It ends sooner where its cookie or `ttl` says so. The life of one that was stored without this option
   * begins when it is first seen; one that `regenerate` makes is a new one. Not with `disableTTL`. Default: no limit.
   */
  maxLifetime?: number | undefined;
  /**
   * How sessions become text: a serializer, or `encrypted({ keys })`. Default `JSON`, which writes them exactly as
   * connect-redis does.
   */
  serializer?: Serializer<Session> | SealingSerializer<Session> | undefined;
  /**
   * `true`: keys are made from SHA-256 of the session ids, so that who reads them has nothing to sign in with. Lists
   * answer handles in the place of ids then, which `destroyByHandle` takes; no handle is taken as an id. Default `false`.
   * `"readPlain"`: new sessions are stored so, and those are found, too, that are still under their plain ids, where
   * they stay. `"writePlain"`: both are found, and new sessions are stored under their plain ids. Each costs a command
   * more for a session that is not where new ones are.
   */
  hashIds?: boolean | 'readPlain' | 'writePlain' | undefined;
  /**
   * How many keys a single command handles at most, and how many the server looks at in one step of a
   * scan. Default 100.
   */
  scanCount?: number | undefined;
  /**
   * What happens to a session that another request wrote or ended since this one read it. `"merge"`, the default:
   * fields that only one of them changed keep that change, and a session that was ended stays ended.
   * `"overwrite"`: the later save replaces everything and brings an ended session back, as with connect-redis.
   */
  concurrency?: 'merge' | 'overwrite' | undefined;
  /**
   * Asked about a field that two requests changed in different ways; its answer is stored. Default: the later save
   * wins. Not asked about `cookie`, nor with `concurrency: "overwrite"`.
   */
  conflicts?: ConflictResolver | undefined;
  /**
   * Whose a session is, most often the id of the user who is signed in: a well-formed string that is not empty, or
   * undefined while nobody is. It becomes part of a key's name. Then `listByUser`, `countByUser` and `destroyByUser` find
   * the sessions of a user without a scan, and each save and touch sends one command more. Asked about every session
   * that is read or written; it must not be async. Default: no session is anybody's.
   */
  userId?: ((session: Partial<Session>) => string | undefined) | undefined;
  /**
   * How many sessions a user may have, a whole number, at least 1. When one more begins, the least recently active are
   * ended, for which all sessions of the user are read. Needs `userId`. Default: as many as there are.
   */
  maxPerUser?: number | undefined;
  /**
   * For how many milliseconds an operation waits for Redis at most: for a command that Redis does not answer, for a
   * client that is not connected, and for the writes of the same session that come before. A scan waits so long for
   * each of its steps, an update to read and again to store, and each so long for a promise of the serializer's. It
   * ends up to 100 ms later. When operations fail for a while, further ones fail at once, until Redis is back.
   * Default 2,000. `Infinity`: each waits for as long as the client does.
   */
  timeoutMs?: number | undefined;
  /**
   * What the store for express-session does while Redis is away. `"error"`, the default: each request gets an error,
   * with the `status` 503. `"skip"`: requests go on without `req.session` as soon as it is known, as express-session
   * lets them between the events `disconnect` and `connect`. Needs a `timeoutMs` that is not infinite.
   */
  onOutage?: 'error' | 'skip' | undefined;
  /**
   * `true`: the store keeps account of its sessions, so that `length` costs the same however many keys the Redis holds.
   * Each save and touch sends one command more for it. Default `false`: `length` scans the whole Redis.
   */
  trackCount?: boolean | undefined;
}

/** The options with their defaults filled in; that of `touchAfter` depends on the session. */
export type Settings<Session> = {
  [Name in Exclude<keyof StoreOptions<Session>, 'touchAfter'>]-?: Exclude<
    StoreOptions<Session>[Name],
    undefined
  >;
} & Pick<StoreOptions<Session>, 'touchAfter'>;

/** The default of the option `userId`. */
export const nobodys = (): undefined => undefined;

/** What the names of the sets begin with that the options `userId` and `trackCount` need, before the store's prefix. */
export const USER_SETS = 'holdfast:user:';
export const SHARD_SETS = 'holdfast:all:';

const DEFAULTS = {
  prefix: 'sess:',
  ttl: 86_400,
  disableTouch: false,
  touchAfter: undefined,
  disableTTL: false,
  maxLifetime: Number.POSITIVE_INFINITY,
  serializer: JSON,
  hashIds: false,
  scanCount: 100,
  concurrency: 'merge',
  conflicts: takeMine,
  userId: nobodys,
  maxPerUser: Number.POSITIVE_INFINITY,
  timeoutMs: 2000,
  onOutage: 'error',
  trackCount: false,
};

const isFunction: Check = {
  accepts: (value) => typeof value === 'function',
  accepted: 'a function',
};

const CHECKS: Record<'client' | keyof typeof DEFAULTS, Check> = {
  // What is wrong with one is said by checkClient.
  client: { accepts: () => true, accepted: 'what an adapter makes of a Redis client' },
  prefix: {
    accepts: (value) => value === '' || isKeyText(value),
    accepted: 'a well-formed string',
  },
  ttl: {
    accepts: (value) => typeof value === 'function' || isPositiveInteger(value),
    accepted:
      'a whole number of seconds, at least 1, or a function of the session that answers one',
  },
  disableTouch: isBoolean,
  touchAfter: {
    accepts: (value) => Number.isFinite(value) && Number(value) >= 0,
    accepted: 'a number of seconds, at least 0',
  },
  disableTTL: isBoolean,
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
  conflicts: isFunction,
  userId: isFunction,
  maxPerUser: { accepts: isPositiveInteger, accepted: 'a whole number, at least 1' },
  timeoutMs: {
    accepts: (value) => isPositiveInteger(value) || value === Number.POSITIVE_INFINITY,
    accepted: 'a whole number of milliseconds, at least 1, or Infinity',
  },
  onOutage: {
    accepts: (value) => value === 'error' || value === 'skip',
    accepted: '"error" or "skip"',
  },
  trackCount: isBoolean,
};

/**
 * Checks the options and fills in the defaults. An option that is `undefined` counts as absent.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_CLIENT`, `ERR_HOLDFAST_INVALID_OPTION`
 */
export function settingsFrom<Session>(options: StoreOptions<Session>): Settings<Session> {
  const given = givenOptions(options);
  checkClient(property(options, 'client'));
  checkOptions(given, CHECKS);
  const settings: unknown = { ...DEFAULTS, ...Object.fromEntries(given) };
  checkIndex(settings as Settings<unknown>);
  checkOutage(settings as Settings<unknown>);
  checkLifetime(settings as Settings<unknown>);
  return settings as Settings<Session>;
}

/** What each option of the index needs of the others. */
function checkIndex({ prefix, userId, maxPerUser, trackCount }: Settings<unknown>): void {
  const isIndexed = userId !== nobodys;
  if (maxPerUser !== DEFAULTS.maxPerUser && !isIndexed) {
    throw invalidOption(
      'The option maxPerUser needs the option userId, which says whose a session is.',
    );
  }
  const sets = [isIndexed && USER_SETS, trackCount && SHARD_SETS].filter((set) => set !== false);
  if (!sets.some((set) => (set + prefix).startsWith(prefix))) return;
  throw invalidOption(
    `With the options userId or trackCount, prefix must not be ${JSON.stringify(prefix)}: the keys of the index begin so, too, and would count as sessions.`,
  );
}

function checkOutage({ timeoutMs, onOutage }: Settings<unknown>): void {
  if (onOutage !== 'skip' || timeoutMs !== Number.POSITIVE_INFINITY) return;
  throw invalidOption(
    'The option onOutage can be "skip" only with a timeoutMs that is not Infinity: without one, no outage is noticed.',
  );
}

function checkLifetime({ maxLifetime, disableTTL }: Settings<unknown>): void {
  if (!disableTTL || maxLifetime === DEFAULTS.maxLifetime) return;
  throw invalidOption(
    'The options maxLifetime and disableTTL exclude each other: with disableTTL, keys never expire.',
  );
}

function checkClient(client: unknown): void {
  const name = rawClientName(client);
  if (name === undefined && hasMethods(client, ...REDIS_LIKE_METHODS)) return;
  throw new HoldfastError(
    'ERR_HOLDFAST_INVALID_CLIENT',
    `The option client must be what an adapter makes of a Redis client, as in { client: fromNodeRedis(client) }, not ${
      name === undefined ? `${shown(client)}.` : `the client itself. ${adviceFor(name)}`
    }`,
  );
}
