import { beforeEach, expect, test } from '@jest/globals';
import { type RepositoryOptions, SessionRepository } from '../src/repository.ts';
import { useManualClock } from './manual-clock.ts';
import { MemoryRedis } from './memory-redis.ts';

interface Session {
  order?: string;
  cart?: string;
}

const KEY = 'sess:id';

const clock = useManualClock();
let redis: MemoryRedis;

beforeEach(() => {
  redis = new MemoryRedis();
  redis.texts.set(KEY, '{"order":"open"}');
});

const sessionsWith = (options: Partial<RepositoryOptions<Session>> = {}) =>
  new SessionRepository<Session>({ client: redis, ...options });

async function load(sessions: SessionRepository<Session>): Promise<Session> {
  const session = await sessions.load('id');
  if (session === null) throw new Error('There is no session.');
  return session;
}

const stored = (): unknown => JSON.parse(redis.texts.get(KEY) ?? 'null');

/** Stores what another process adds. */
function addCart(): void {
  redis.texts.set(KEY, JSON.stringify({ ...(stored() as object), cart: 'tea' }));
}

test('a session that was saved under another id, too, is still merged under its own', async () => {
  const sessions = sessionsWith();
  const session = await load(sessions);
  await sessions.save('other', session);
  addCart();
  await clock.run(sessions.save('id', Object.assign(session, { order: 'paid' })));
  expect(stored()).toEqual({ order: 'paid', cart: 'tea' });
  redis.takeNames();
  await sessions.save('other', session);
  expect(redis.takeNames()).toEqual(['setUnlessMarked']);
});

test('a session that was read from its plain id is merged there with hashIds "readPlain"', async () => {
  const sessions = sessionsWith({ hashIds: 'readPlain' });
  const session = await load(sessions);
  addCart();
  await clock.run(sessions.save('id', Object.assign(session, { order: 'paid' })));
  expect([...redis.texts.keys()]).toEqual([KEY]);
  expect(stored()).toEqual({ order: 'paid', cart: 'tea' });
});

test('an adopted object is merged as the one that was read, and then by itself', async () => {
  const sessions = sessionsWith();
  const session = await load(sessions);
  const copy = { ...session };
  sessions.adopt(session, copy);
  await sessions.save('id', Object.assign(session, { order: 'paid' }));
  addCart();
  await clock.run(sessions.save('id', Object.assign(copy, { order: 'sent' })));
  expect(stored()).toEqual({ order: 'sent', cart: 'tea' });
});

test('an adopted object has the creation time of the one that was read', async () => {
  const sessions = sessionsWith({ maxLifetime: 100 });
  const holdfastCreatedAt = clock.now() - 90_000;
  redis.texts.set(KEY, JSON.stringify({ order: 'open', holdfastCreatedAt }));
  const session = await load(sessions);
  const copy = { order: 'paid' };
  sessions.adopt(session, copy);
  await sessions.save('id', copy);
  expect(stored()).toEqual({ order: 'paid', holdfastCreatedAt });
});

test('an object that adopts one that was not read is stored as a new one', async () => {
  const sessions = sessionsWith();
  const copy = { order: 'paid' };
  sessions.adopt({}, copy);
  await sessions.save('id', copy);
  expect(redis.takeNames()).toEqual(['setUnlessMarked']);
  await sessions.save('id', copy);
  expect(redis.takeNames()).toEqual(['compareAndSet']);
});
