import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { RedisLike } from '@holdfast/core';
import { SessionRepository } from '@holdfast/core/repository';
import { fromRedisMock } from '@holdfast/redis-mock';
import { sized } from '@holdfast/test-servers';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import redisMock from 'redis-mock';
import { checkProperty } from '../support/properties.ts';

interface Session {
  user?: string | undefined;
  views?: number;
  cookie: { originalMaxAge: number | null; expires: Date | null };
}

type Repository = SessionRepository<Session>;

/** One thing that a request does with one of the sessions or users. */
type Step = [
  name: keyof typeof STEPS,
  session: number,
  user: string | undefined,
  maxAge: number | null,
];

const USERS = ['ada', 'bob', undefined];
const MAX_AGES = [null, 50_000, 90_000];
const RUNS = sized(100, 1000);

// The test is about the order of commands. redis-mock runs them one at a time, as Redis does.
const redis = fromRedisMock(redisMock.createClient());

function cookieOf(originalMaxAge: number | null): Session['cookie'] {
  return {
    originalMaxAge,
    expires: originalMaxAge === null ? null : new Date(Date.now() + originalMaxAge),
  };
}

const STEPS = {
  async signIn(store: Repository, _id: string, user?: string, maxAge: number | null = null) {
    const session: Session = { user, cookie: cookieOf(maxAge) };
    const id = randomUUID();
    await store.save(id, session);
    await store.save(id, Object.assign(session, { views: 1 }));
  },
  async changeUser(store: Repository, id: string, user?: string, maxAge: number | null = null) {
    const session = await store.load(id);
    if (session) await store.save(id, Object.assign(session, { user, cookie: cookieOf(maxAge) }));
  },
  async visit(store: Repository, id: string, _user?: string, maxAge: number | null = null) {
    const session = await store.load(id);
    if (!session) return;
    await store.save(id, Object.assign(session, { views: 2 }));
    await store.touch(id, Object.assign(session, { cookie: cookieOf(maxAge) }));
  },
  async update(store: Repository, id: string, user?: string) {
    await store.update(id, (session) => Object.assign(session, { user }));
  },
  destroy: (store: Repository, id: string) => store.destroy(id),
  destroyByUser: (store: Repository, except: string, user = 'ada') =>
    store.destroyByUser(user, { except }),
  list: (store: Repository, _id: string, user = 'ada') => store.listByUser(user),
};

/** Returns a client that delays each reply, and each command unless commands keep their order. */
function slow(delays: Iterator<number>, isOrdered: boolean): RedisLike {
  const delay = async () => {
    for (let left = delays.next().value; left > 0; left--) await setImmediate();
  };
  return new Proxy(redis, {
    get(target, name) {
      if (name === 'isOrdered') return isOrdered;
      const method = Reflect.get(target, name);
      if (typeof method !== 'function' || name === 'scan' || name === 'markerOf') return method;
      return async (...args: unknown[]) => {
        if (!isOrdered) await delay();
        const reply = await method.apply(target, args);
        await delay();
        return reply;
      };
    },
  });
}

const step = fc.tuple(
  fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
  fc.nat({ max: 2 }),
  fc.constantFrom(...USERS),
  fc.constantFrom(...MAX_AGES),
);
const processes = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 3,
});

async function runProcess(store: Repository, ids: string[], steps: Step[]): Promise<void> {
  for (const [name, session, user, maxAge] of steps) {
    await STEPS[name](store, ids[session] ?? '', user, maxAge);
  }
}

/** Returns the sessions of each user as a scan finds them, and as the index has them. */
async function bothViews(store: Repository) {
  const scanned: Record<string, string[]> = { ada: [], bob: [], undefined: [] };
  for await (const { id, session } of store.sessions()) scanned[String(session.user)]?.push(id);
  const indexed = await Promise.all(['ada', 'bob'].map((user) => store.listByUser(user)));
  const [ada, bob] = indexed.map((sessions) => sessions.map(({ id }) => id).sort());
  return {
    scanned: { ada: scanned.ada?.sort(), bob: scanned.bob?.sort() },
    indexed: { ada, bob },
    count: Object.values(scanned).flat().length,
    length: await store.length(),
  };
}

test.each([
  { isOrdered: false },
  { isOrdered: false, maxPerUser: 2 },
  { isOrdered: true },
  { isOrdered: true, maxPerUser: 2 },
])(
  `the index agrees with what several processes stored concurrently, with %p, in ${RUNS} runs`,
  async ({ isOrdered, maxPerUser }) => {
    const agrees = async (work: Step[][], nextDelay: () => Iterator<number>) => {
      const prefix = `${randomUUID()}:`;
      const open = (client: RedisLike): Repository =>
        new SessionRepository<Session>({
          client,
          prefix,
          userId: ({ user }) => user,
          trackCount: true,
          maxPerUser,
          scanCount: 2,
          // Otherwise a session that ends is over for the rest of the run.
          rememberEnded: 0,
        });
      const quick = open(redis);
      const ids = [0, 1, 2].map(() => randomUUID());
      for (const [number, id] of ids.entries()) {
        await quick.save(id, { user: USERS[number], cookie: cookieOf(90_000) });
      }
      await Promise.all(
        work.map((steps) => runProcess(open(slow(nextDelay(), isOrdered)), ids, steps)),
      );
      const { scanned, indexed, count, length } = await bothViews(quick);
      expect(indexed).toEqual(scanned);
      expect(length).toBe(count);
      for (const sessions of [indexed.ada, indexed.bob]) {
        expect(sessions?.length).toBeLessThanOrEqual(maxPerUser ?? Number.POSITIVE_INFINITY);
      }
      await quick.clear();
    };
    const delays = fc.infiniteStream(fc.nat({ max: 5 }));
    await checkProperty(
      fc.asyncProperty(processes, delays, (work, stream) => agrees(work, () => stream)),
      RUNS,
    );
  },
);
