import assert from 'node:assert/strict';
import type { RedisLike, RedisStore } from '@holdfast/core';
import type { SessionData } from 'express-session';
import { type Fixture, type Runner, withMethods } from '../subject.ts';
import { sessionOf, storeOn } from './support.ts';

const HOUR = 3_600_000;
const FAILURE = new Error('the command failed');

/** Where a command fails: on the way to Redis, or on the way back. */
type Fault = 'not sent' | 'reply lost';
const FAULTS: Fault[] = ['not sent', 'reply lost'];

/** Returns a client that counts its commands, and whose nth command fails. */
function failingAt(redis: RedisLike, point: number, fault: Fault) {
  let commands = 0;
  const through = async <Reply>(command: () => Promise<Reply>): Promise<Reply> => {
    commands++;
    if (commands !== point) return command();
    if (fault === 'reply lost') await command();
    throw FAILURE;
  };
  const client = withMethods(redis, {
    get: (key) => through(() => redis.get(key)),
    compareAndSet: (key, expected, value, ttlMs) =>
      through(() => redis.compareAndSet(key, expected, value, ttlMs)),
    pexpire: (key, ttlMs) => through(() => redis.pexpire(key, ttlMs)),
    del: (keys) => through(() => redis.del(keys)),
    mget: (keys) => through(() => redis.mget(keys)),
    zaddExtendingTtl: (key, score, member, ttlMs) =>
      through(() => redis.zaddExtendingTtl(key, score, member, ttlMs)),
    zrem: (key, members) => through(() => redis.zrem(key, members)),
    zrangeByScore: (key, min, max, offset, limit) =>
      through(() => redis.zrangeByScore(key, min, max, offset, limit)),
    zcount: (key, min, max) => through(() => redis.zcount(key, min, max)),
    zscore: (key, member) => through(() => redis.zscore(key, member)),
    info: (section) => through(() => redis.info(section)),
    markerOf: (key) => redis.markerOf(key),
    setUnlessMarked: (key, value, ttlMs) => through(() => redis.setUnlessMarked(key, value, ttlMs)),
    delAndMark: (key, text, ttlMs) => through(() => redis.delAndMark(key, text, ttlMs)),
  });
  return { client, commands: () => commands };
}

const userOf = (session: object): string | undefined => Reflect.get(session, 'user');

/** The ids of all sessions that an operation can leave behind, sorted. */
const IDS = ['anonymous', 'first', 'new', 'second'];

/** Work on a store that has two sessions of ada and one without a user, and the sessions of each user afterwards. */
interface Operation {
  work(store: RedisStore, session: SessionData): Promise<unknown>;
  /** The session that is loaded before the work. */
  loads: 'first' | 'anonymous';
  ada: string[];
  bob: string[];
}

const OPERATIONS: Record<string, Operation> = {
  'a sign-in with a new session': {
    loads: 'anonymous',
    work: (store) => store.set('new', sessionOf({ user: 'ada' })),
    ada: ['new', 'second'],
    bob: [],
  },
  'a sign-in with an existing session': {
    loads: 'anonymous',
    work: (store, session) => store.set('anonymous', Object.assign(session, { user: 'bob' })),
    ada: ['first', 'second'],
    bob: ['anonymous'],
  },
  'a sign-in with an existing session, beyond maxPerUser': {
    loads: 'anonymous',
    work: (store, session) => store.set('anonymous', Object.assign(session, { user: 'ada' })),
    ada: ['anonymous', 'second'],
    bob: [],
  },
  'a change of the user': {
    loads: 'first',
    work: (store, session) => store.set('first', Object.assign(session, { user: 'bob' })),
    ada: ['second'],
    bob: ['first'],
  },
  'a change of the user by update': {
    loads: 'first',
    work: (store) => store.update('first', (current) => Object.assign(current, { user: 'bob' })),
    ada: ['second'],
    bob: ['first'],
  },
  'the removal of the user from a session that stays': {
    loads: 'first',
    work: (store, session) => store.set('first', Object.assign(session, { user: undefined })),
    ada: ['second'],
    bob: [],
  },
  'a touch': {
    loads: 'first',
    work: (store, session) => store.touch('first', session),
    ada: ['first', 'second'],
    bob: [],
  },
  'a save that shortens the life of the session': {
    loads: 'first',
    work: (store, session) =>
      store.set('first', Object.assign(session, { cookie: sessionOf().cookie })),
    ada: ['first', 'second'],
    bob: [],
  },
  'a sign-out': {
    loads: 'first',
    work: (store) => store.destroy('first'),
    ada: ['second'],
    bob: [],
  },
  'a sign-out everywhere': {
    loads: 'first',
    work: (store) => store.destroyByUser('ada'),
    ada: [],
    bob: [],
  },
};

export function describeFailures({ describe, test }: Runner, fixture: Fixture): void {
  const options = { userId: userOf, maxPerUser: 2, trackCount: true };

  /** Returns the sessions that exist. It reads them one by one, because a scan goes through the keys of all tests. */
  async function sessionsIn(
    store: RedisStore,
  ): Promise<{ id: string; user: string | undefined }[]> {
    const read = IDS.map(async (id) => ({ id, session: await store.get(id) }));
    return (await Promise.all(read)).flatMap(({ id, session }) =>
      session === null ? [] : [{ id, user: userOf(session) }],
    );
  }

  async function usersIn(store: RedisStore): Promise<Record<string, string[]>> {
    const users: Record<string, string[]> = { ada: [], bob: [] };
    for (const { id, user } of await sessionsIn(store)) users[user ?? '']?.push(id);
    return users;
  }

  const idsOf = async (store: RedisStore, user: string) =>
    (await store.listByUser(user)).map(({ id }) => id).sort();

  /**
   * Does the work with a failure of its nth command, and once more after that.
   * @returns how many commands the first try sent.
   */
  async function failAt(operation: Operation, point: number, fault: Fault): Promise<number> {
    const { store: healthy, prefix } = storeOn(fixture, options);
    const idle = sessionOf({ user: 'ada' }, HOUR);
    idle.cookie.expires = new Date(Date.now() + HOUR - 1000);
    await healthy.set('first', idle);
    await healthy.set('second', sessionOf({ user: 'ada' }, HOUR));
    await healthy.set('anonymous', sessionOf());
    // The load is the first command.
    const { client, commands } = failingAt(fixture.redis, point + 1, fault);
    const { store } = storeOn(fixture, { ...options, client, prefix });
    const session = await store.get(operation.loads);
    assert.ok(session);
    const failed = await operation.work(store, session).then(
      () => false,
      (error) => error.cause === FAILURE,
    );
    const sent = commands() - 1;
    // An index entry that fails is sent once more if its session was stored.
    assert.ok(sent >= point || !failed);

    const live = await usersIn(healthy);
    assert.deepEqual(await idsOf(healthy, 'ada'), live.ada);
    assert.deepEqual(await idsOf(healthy, 'bob'), live.bob);
    assert.ok((await healthy.length()) >= (await sessionsIn(healthy)).length);

    if (failed) await operation.work(store, session);
    const { ada, bob } = operation;
    assert.deepEqual(await usersIn(healthy), { ada, bob });
    assert.deepEqual(await idsOf(healthy, 'ada'), ada);
    assert.deepEqual(await idsOf(healthy, 'bob'), bob);
    return sent;
  }

  describe('the index keeps every session, and a retry completes the work, if a command fails during', () => {
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      test(name, async () => {
        const count = await failAt(operation, Number.POSITIVE_INFINITY, 'not sent');
        assert.ok(count > 1, `The operation sends only ${count} commands.`);
        const points = Array.from({ length: count }, (_, index) => index + 1);
        await Promise.all(
          FAULTS.flatMap((fault) => points.map((point) => failAt(operation, point, fault))),
        );
      });
    }
  });
}
