import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RedisLike, RepositoryOptions } from '../src/repository.ts';
import { SessionRepository, sum } from '../src/repository.ts';
import { settled, useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  cookie?: { originalMaxAge: number | null; expires?: Date | null; path?: string };
  user?: string;
  account?: object;
  order?: string;
  cart?: string;
  visits?: number;
  passport?: object;
}

const TIMEOUT_MS = 1000;
const KEY = 'sess:id';
const timeout = { code: 'ERR_HOLDFAST_TIMEOUT' };

const clock = useManualClock();
let redis: MemoryRedis;

beforeEach(() => {
  redis = new MemoryRedis();
});

function sessionsWith(
  options: Partial<RepositoryOptions<Session>> = {},
): SessionRepository<Session> {
  return new SessionRepository({
    client: redis,
    timeoutMs: TIMEOUT_MS,
    userId: ({ user }) => user,
    touchAfter: 0,
    ...options,
  });
}

/** Reads a session that must be there. */
async function load(sessions: SessionRepository<Session>): Promise<Session> {
  const session = await sessions.load('id');
  if (session === null) throw new Error('There is no session.');
  return session;
}

const stored = (): unknown => JSON.parse(redis.texts.get(KEY) ?? 'null');

describe('a write that has taken too long sends nothing more:', () => {
  const writes: [
    name: string,
    slow: keyof RedisLike,
    next: keyof RedisLike,
    write: (sessions: SessionRepository<Session>, loaded: Session) => Promise<unknown>,
  ][] = [
    [
      'a save of a new object',
      'zaddExtendingTtl',
      'setUnlessMarked',
      (sessions) => sessions.save('id', { user: 'ada', order: 'paid' }),
    ],
    [
      'a save of a loaded session',
      'zaddExtendingTtl',
      'compareAndSet',
      (sessions, loaded) => sessions.save('id', Object.assign(loaded, { order: 'paid' })),
    ],
    [
      'a touch of a new object',
      'zaddExtendingTtl',
      'pexpire',
      (sessions) => sessions.touch('id', { user: 'ada' }),
    ],
    ['a sign-out', 'get', 'delAndMark', (sessions) => sessions.destroy('id')],
  ];

  test.each(writes)('%s', async (_, slow, next, write) => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada', order: 'open' });
    const loaded = await load(sessions);
    const finishFirst = await blockedBy(sessions);
    const rejected = expect(write(sessions, loaded)).rejects.toMatchObject(timeout);
    await expireDuring(slow, finishFirst);
    await rejected;
    await expectNothingSent(next, slow);
  });

  test('an update', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { user: 'ada', order: 'open' });
    let finishFirst = async () => {};
    const updated = sessions.update('id', async (session) => {
      session.order = 'paid';
      finishFirst = await blockedBy(sessions);
    });
    const rejected = expect(updated).rejects.toMatchObject(timeout);
    await clock.advance(0);
    await expireDuring('zaddExtendingTtl', () => finishFirst());
    await rejected;
    await expectNothingSent('compareAndSet', 'zaddExtendingTtl');
  });

  /** Lets a write that waits for the first one expire during a command that is not slow enough to expire by itself. */
  async function expireDuring(slow: keyof RedisLike, finishFirst: () => Promise<void>) {
    await clock.advance(0.6 * TIMEOUT_MS);
    redis.hold(slow);
    await finishFirst();
    await clock.advance(0.6 * TIMEOUT_MS);
  }

  async function expectNothingSent(next: keyof RedisLike, slow: keyof RedisLike) {
    redis.takeNames();
    redis.release(slow);
    await settled();
    expect(redis.takeNames()).not.toContain(next);
    expect(stored()).toMatchObject({ order: 'open' });
  }
});

describe('a reply that comes too late', () => {
  test('does not make a session stand for a text that a later save has replaced', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { order: 'open' });
    const session = await load(sessions);
    const finishFirst = await blockedBy(sessions);
    const paid = sessions.save('id', Object.assign(session, { order: 'paid' }));
    const rejected = expect(paid).rejects.toMatchObject(timeout);
    await clock.advance(0.6 * TIMEOUT_MS);
    redis.hold('compareAndSet', 1);
    await finishFirst();
    await clock.advance(0.6 * TIMEOUT_MS);
    await rejected;
    await clock.run(sessions.save('id', Object.assign(session, { cart: 'tea' })));
    expect(stored()).toEqual({ order: 'paid', cart: 'tea' });

    redis.release('compareAndSet');
    await settled();
    delete session.cart;
    await clock.run(sessions.save('id', session));
    expect(stored()).toEqual({ order: 'paid' });
  });
});

/**
 * Puts a write at the head of the queue, and holds back its reply.
 * @returns a function that lets the reply arrive.
 */
async function blockedBy(sessions: SessionRepository<Session>): Promise<() => Promise<void>> {
  redis.hold('pexpire', 1);
  const touched = sessions.touch('id', {});
  await settled();
  return async () => {
    redis.release('pexpire');
    await touched;
  };
}

describe('a save of a session with a user', () => {
  test('waits for the reply to its index entry, if commands may overtake each other', async () => {
    redis.hold('zaddExtendingTtl');
    const saved = sessionsWith().save('id', { user: 'ada' });
    await settled();
    expect(redis.takeNames()).toEqual(['zaddExtendingTtl']);
    redis.release('zaddExtendingTtl');
    await saved;
    expect(stored()).toEqual({ user: 'ada' });
  });

  describe('over one connection', () => {
    beforeEach(() => {
      redis.isOrdered = true;
    });

    test('goes out directly behind its index entry', async () => {
      redis.hold('zaddExtendingTtl');
      const sessions = sessionsWith();
      const saved = sessions.save('id', { user: 'ada' });
      await settled();
      expect(redis.takeNames()).toEqual(['zaddExtendingTtl', 'setUnlessMarked']);
      redis.release('zaddExtendingTtl');
      await saved;
      const session = await load(sessions);
      redis.takeNames();
      redis.hold('zaddExtendingTtl');
      const again = sessions.save('id', Object.assign(session, { order: 'paid' }));
      await settled();
      expect(redis.takeNames()).toEqual(['zaddExtendingTtl', 'compareAndSet']);
      redis.release('zaddExtendingTtl');
      await again;
    });

    test('sends an entry once more that failed although the session was stored', async () => {
      const add = redis.zaddExtendingTtl.bind(redis);
      let failures = 1;
      redis.zaddExtendingTtl = (...args) =>
        failures-- > 0 ? Promise.reject(new Error('OOM no')) : add(...args);
      await sessionsWith().save('id', { user: 'ada' });
      expect(redis.sets.get('holdfast:user:sess:ada')?.has('id')).toBe(true);
    });

    test('sends nothing more if its first command is answered when it has taken too long', async () => {
      const sessions = sessionsWith();
      await sessions.save('id', { user: 'ada', order: 'open' });
      const session = await load(sessions);
      const finishFirst = await blockedBy(sessions);
      const paid = sessions.save('id', Object.assign(session, { order: 'paid' }));
      const rejected = expect(paid).rejects.toMatchObject(timeout);
      const changed = { user: 'ada', order: 'open', cart: 'tea' };
      redis.texts.set(KEY, JSON.stringify(changed));
      await clock.advance(0.6 * TIMEOUT_MS);
      redis.hold('compareAndSet', 1);
      await finishFirst();
      await clock.advance(0.6 * TIMEOUT_MS);
      await rejected;
      redis.takeNames();
      redis.release('compareAndSet');
      await clock.advance(TIMEOUT_MS);
      expect(redis.takeNames()).toEqual([]);
      expect(stored()).toEqual(changed);
    });

    test('fails if the entry fails again, and if the session does', async () => {
      const refused = { code: 'ERR_HOLDFAST_REJECTED' };
      const refuse = () => Promise.reject(new Error('OOM no'));
      const { zaddExtendingTtl } = redis;
      redis.zaddExtendingTtl = refuse;
      await expect(sessionsWith().save('id', { user: 'ada' })).rejects.toMatchObject(refused);
      redis.zaddExtendingTtl = zaddExtendingTtl;
      redis.setUnlessMarked = refuse;
      await expect(sessionsWith().save('id', { user: 'ada' })).rejects.toMatchObject(refused);
    });
  });
});

describe('a save that Redis stored without an answer', () => {
  const saved = (sessions: SessionRepository<Session>, session: Session, order: string) =>
    sessions.save('id', Object.assign(session, { order }));

  /** Returns a session whose save of `paid` has timed out, although Redis has stored it. */
  async function paidWithoutAnswer(sessions: SessionRepository<Session>): Promise<Session> {
    await sessions.save('id', { order: 'open' });
    const session = await load(sessions);
    redis.hold('compareAndSet', 1);
    const late = expect(saved(sessions, session, 'paid')).rejects.toMatchObject(timeout);
    await clock.advance(2 * TIMEOUT_MS);
    await late;
    return session;
  }

  test('is what the next save of the object is compared with', async () => {
    const sessions = sessionsWith();
    const session = await paidWithoutAnswer(sessions);
    expect(stored()).toEqual({ order: 'paid' });
    await clock.run(saved(sessions, session, 'open'));
    expect(stored()).toEqual({ order: 'open' });
  });

  test('is what the next save is compared with, even if it waited behind another one, and its reply comes late', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { order: 'open' });
    const session = await load(sessions);
    redis.hold('compareAndSet');
    const first = saved(sessions, session, 'draft');
    await clock.advance(0.5 * TIMEOUT_MS);
    const second = expect(saved(sessions, session, 'paid')).rejects.toMatchObject(timeout);
    await clock.advance(0.4 * TIMEOUT_MS);
    redis.release('compareAndSet');
    redis.hold('compareAndSet');
    await first;
    // The command of the second save has more time left than its place in the queue.
    await clock.advance(0.75 * TIMEOUT_MS);
    await second;
    expect(stored()).toEqual({ order: 'paid' });
    redis.release('compareAndSet');
    await settled();
    await clock.run(saved(sessions, session, 'draft'));
    expect(stored()).toEqual({ order: 'draft' });
  });

  test('is merged with what another request has stored after it', async () => {
    const [sessions, others] = [sessionsWith(), sessionsWith()];
    const session = await paidWithoutAnswer(sessions);
    const other = await load(others);
    await others.save('id', Object.assign(other, { cart: 'tea' }));
    await clock.run(sessions.save('id', Object.assign(session, { user: 'ada' })));
    expect(stored()).toEqual({ order: 'paid', cart: 'tea', user: 'ada' });
  });
});

describe('saves of one session', () => {
  test('are stored in the order of the calls, each as the session was at its call', async () => {
    const sessions = sessionsWith();
    const session: Session = { order: 'open' };
    const first = sessions.save('id', session);
    session.order = 'paid';
    const second = sessions.save('id', session);
    session.order = 'not saved';
    await Promise.all([first, second]);
    const texts = redis.sent.filter(
      ({ name }) => name === 'setUnlessMarked' || name === 'compareAndSet',
    );
    expect(
      texts.map(({ name, args }) => [name, args.at(name === 'setUnlessMarked' ? 1 : 2)]),
    ).toEqual([
      ['setUnlessMarked', '{"order":"open"}'],
      ['compareAndSet', '{"order":"paid"}'],
    ]);
  });

  test('keep their order with an async serializer that takes longer for the first', async () => {
    const delays = [50, 0];
    const serializer = {
      parse: JSON.parse,
      async stringify(session: Session) {
        const text = JSON.stringify(session);
        await clock.sleep(delays.shift() ?? 0);
        return text;
      },
    };
    const sessions = sessionsWith({ serializer });
    const session: Session = { order: 'open' };
    const first = sessions.save('id', session);
    session.order = 'paid';
    const second = sessions.save('id', session);
    await clock.advance(60);
    await Promise.all([first, second]);
    expect(stored()).toEqual({ order: 'paid' });
  });
});

describe('a save that waits for its turn', () => {
  test('and whose async serializer rejects meanwhile leaves no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    const failure = new Error('no');
    const serializer = { parse: JSON.parse, stringify: () => Promise.reject(failure) };
    const sessions = sessionsWith({ serializer });
    const finishFirst = await blockedBy(sessions);
    const saved = sessions.save('id', { order: 'paid' });
    await settled();
    await finishFirst();
    await expect(saved).rejects.toMatchObject({ code: 'ERR_HOLDFAST_SERIALIZE', cause: failure });
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });
});

describe('a save of a loaded session', () => {
  test('is merged with what another request has stored since', async () => {
    const [mine, theirs] = [sessionsWith(), sessionsWith()];
    await mine.save('id', { user: 'ada' });
    const [session, other] = [await load(mine), await load(theirs)];
    await theirs.save('id', Object.assign(other, { cart: 'tea' }));
    await clock.run(mine.save('id', Object.assign(session, { order: 'paid' })));
    expect(stored()).toEqual({ user: 'ada', cart: 'tea', order: 'paid' });
  });

  test('is counted as well if another request has stored the same text since', async () => {
    const options = { conflicts: { visits: sum } };
    const [mine, theirs] = [sessionsWith(options), sessionsWith(options)];
    await mine.save('id', { visits: 1 });
    const [session, other] = [await load(mine), await load(theirs)];
    await theirs.save('id', Object.assign(other, { visits: 2 }));
    await clock.run(mine.save('id', Object.assign(session, { visits: 2 })));
    expect(stored()).toEqual({ visits: 3 });
  });

  test('never mixes the users of two requests that passport has signed in', async () => {
    const [mine, theirs] = [sessionsWith(), sessionsWith()];
    await mine.save('id', {});
    const [session, other] = [await load(mine), await load(theirs)];
    await theirs.save('id', Object.assign(other, { passport: { user: 1, isAdmin: true } }));
    await clock.run(mine.save('id', Object.assign(session, { passport: { user: 2 } })));
    expect(stored()).toEqual({ passport: { user: 2 } });
  });

  test('has the creation time of the stored one after a merge', async () => {
    const options = { maxLifetime: 100 };
    const [mine, theirs] = [sessionsWith(options), sessionsWith(options)];
    await mine.save('id', {});
    const holdfastCreatedAt = clock.now();
    await clock.advance(50_000);
    const [session, other] = [await load(mine), await load(theirs)];
    await theirs.save('id', Object.assign(other, { cart: 'tea' }));
    await clock.run(mine.save('id', Object.assign(session, { order: 'paid' })));
    expect(stored()).toEqual({ order: 'paid', cart: 'tea', holdfastCreatedAt });
  });

  test('replaces the fields that userId reads as a whole, and emits the path of what it replaced', async () => {
    const conflicts: unknown[] = [];
    const options = {
      client: redis,
      userId: ({ account }: Session) => account && String(Reflect.get(account, 'id')),
    };
    const mine = new SessionRepository<Session>(options, {
      onConflict: (event) => conflicts.push(event),
    });
    const theirs = new SessionRepository<Session>(options);
    await mine.save('id', {});
    const [session, other] = [await load(mine), await load(theirs)];
    await theirs.save('id', Object.assign(other, { account: { id: 1, isAdmin: true } }));
    await clock.run(mine.save('id', Object.assign(session, { account: { id: 2 } })));
    expect(stored()).toEqual({ account: { id: 2 } });
    expect(conflicts).toEqual([{ handle: mine.handleOf('id'), path: ['account'] }]);
  });

  test('stores nothing if the session was ended', async () => {
    const dropped: unknown[] = [];
    const sessions = new SessionRepository<Session>(
      { client: redis },
      { onDropped: (event) => dropped.push(event) },
    );
    await sessions.save('id', { user: 'ada' });
    const session = await load(sessions);
    await sessions.destroy('id');
    await sessions.save('id', Object.assign(session, { order: 'paid' }));
    expect(redis.texts.has(KEY)).toBe(false);
    expect(dropped).toEqual([{ handle: sessions.handleOf('id'), reason: 'gone' }]);
  });

  test('fails if other processes change the session during each of 50 attempts', async () => {
    const sessions = sessionsWith({ timeoutMs: Number.POSITIVE_INFINITY });
    await sessions.save('id', { user: 'ada' });
    const session = await load(sessions);
    let attempts = 0;
    redis.compareAndSet = async () => `{"order":"${++attempts}"}`;
    await expect(
      clock.run(sessions.save('id', Object.assign(session, { cart: 'tea' }))),
    ).rejects.toMatchObject({
      code: 'ERR_HOLDFAST_CONFLICT',
      handle: sessions.handleOf('id'),
    });
    expect(attempts).toBe(50);
  });
});

describe('a touch', () => {
  const DAY = 86_400;
  const DAY_MS = DAY * 1000;

  function cookie(maxAgeMs = DAY_MS): NonNullable<Session['cookie']> {
    return { originalMaxAge: maxAgeMs, expires: new Date(clock.now() + maxAgeMs), path: '/' };
  }

  test('stores the session as it was read, with the cookie that it has now', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { cookie: cookie(), order: 'open' });
    const session = await load(sessions);
    await clock.advance(60_000);
    await sessions.touch('id', Object.assign(session, { cookie: cookie(), order: 'not saved' }));
    expect(stored()).toEqual({
      cookie: JSON.parse(JSON.stringify(cookie())),
      order: 'open',
    });
  });

  test('is skipped if this process wrote the session less than touchAfter seconds ago', async () => {
    const sessions = sessionsWith({ touchAfter: 30 });
    await sessions.save('id', { cookie: cookie() });
    const session = await load(sessions);
    redis.takeNames();
    await clock.advance(30_000);
    await sessions.touch('id', Object.assign(session, { cookie: cookie() }));
    expect(redis.takeNames()).toEqual([]);
    await clock.advance(1);
    await sessions.touch('id', Object.assign(session, { cookie: cookie() }));
    expect(redis.takeNames()).toEqual(['compareAndSet']);
    await clock.advance(30_000);
    await sessions.touch('id', Object.assign(session, { cookie: cookie() }));
    expect(redis.takeNames()).toEqual([]);
  });

  test('is by default skipped for 1 % of the life of the session, and at most for a minute', async () => {
    for (const [lifeMs, skippedMs] of [
      [100_000, 1000],
      [DAY_MS, 60_000],
    ] as const) {
      const sessions = sessionsWith({ touchAfter: undefined });
      await sessions.save('id', { cookie: cookie(lifeMs) });
      const session = await load(sessions);
      redis.takeNames();
      await clock.advance(skippedMs);
      await sessions.touch('id', Object.assign(session, { cookie: cookie(lifeMs) }));
      expect(redis.takeNames()).toEqual([]);
      await clock.advance(1);
      await sessions.touch('id', Object.assign(session, { cookie: cookie(lifeMs) }));
      expect(redis.takeNames()).toEqual(['compareAndSet']);
    }
  });

  test('is not skipped if the application changed the cookie that the session was read with', async () => {
    const sessions = sessionsWith({ touchAfter: 30 });
    await sessions.save('id', { cookie: cookie() });
    const session = await load(sessions);
    redis.takeNames();
    // In place: the snapshot must hold a copy.
    Object.assign(session.cookie ?? {}, { path: '/shop' });
    await sessions.touch('id', session);
    expect(redis.takeNames()).toEqual(['compareAndSet']);
    expect(stored()).toMatchObject({ cookie: { path: '/shop' } });
  });

  test.each(['new', 'loaded'])(
    'is not skipped if the application changed the cookie of a %s session while Redis stored it',
    async (kind) => {
      const sessions = sessionsWith({ touchAfter: 30 });
      if (kind === 'loaded') await sessions.save('id', { cookie: cookie() });
      const session = kind === 'loaded' ? await load(sessions) : { cookie: cookie() };
      await clock.advance(60_000);
      const saved = sessions.save('id', session);
      Object.assign(session.cookie ?? {}, { path: '/shop' });
      await saved;
      await sessions.touch('id', session);
      expect(stored()).toMatchObject({ cookie: { path: '/shop' } });
    },
  );

  test('ends a session whose cookie has expired', async () => {
    const sessions = sessionsWith();
    await sessions.save('id', { cookie: cookie() });
    await sessions.touch('id', { cookie: cookie(-1) });
    expect(redis.texts.has(KEY)).toBe(false);
  });

  test('extends the life up to maxLifetime, however often it comes', async () => {
    const sessions = sessionsWith({ ttl: 100, maxLifetime: 250 });
    await sessions.save('id', { order: 'open' });
    const lives: unknown[] = [];
    for (let age = 80; age <= 240; age += 80) {
      await clock.advance(80_000);
      const session = await load(sessions);
      redis.takeNames();
      await sessions.save('id', session);
      const ttls = redis.sent.filter(({ name }) => name === 'compareAndSet');
      lives.push(ttls.at(-1)?.args[3]);
    }
    expect(lives).toEqual([100_000, 90_000, 10_000]);
    await clock.advance(10_000);
    expect(await sessions.load('id')).toBeNull();
  });
});
