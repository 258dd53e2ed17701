import { beforeEach, describe, expect, test } from '@jest/globals';
import session, { type SessionData } from 'express-session';
import { FastifyStore } from '../src/fastify.ts';
import { RedisStore, SessionRepository } from '../src/index.ts';
import { MemoryRedis } from './memory-redis.ts';

const ID = 'id-of-a-live-session';
const HASHED = new SessionRepository({ client: new MemoryRedis() }).handleOf(ID);
const HASHED_KEY = `sess:sha256:${HASHED}`;

let client: MemoryRedis;
beforeEach(() => {
  client = new MemoryRedis();
});

/** Returns the commands since the last call that show a plain id. */
function commandsWith(id: string): unknown[] {
  return client.sent.splice(0).filter((command) => JSON.stringify(command).includes(id));
}

const text = (fields: object) => JSON.stringify({ cookie: {}, ...fields });
const sessionOf = (fields: object): SessionData =>
  Object.assign(JSON.parse(text(fields)), { cookie: { originalMaxAge: null } });

const options = () => ({ client, hashIds: 'readPlain' as const });

describe('with hashIds "readPlain", no command shows the plain id of', () => {
  test('a session that express-session has created, whatever is done to it', async () => {
    const store = new RedisStore({ ...options(), touchAfter: 0 });
    const sessions = session({ store, secret: 's', resave: false, saveUninitialized: false });
    const request = { url: '/', headers: {} } as Parameters<typeof sessions>[0];
    const response = { setHeader() {}, writeHead() {}, end() {} };
    await new Promise((next) => sessions(request, response as never, next));
    const { sessionID: id } = request;
    Reflect.set(request.session, 'visits', 1);
    await new Promise((saved) => request.session.save(saved));
    const read = await store.get(id);
    await store.touch(id, read as SessionData);
    await store.update(id, () => {});
    await store.set(id, Object.assign(Object(read), { visits: 2 }));
    expect(client.texts.has(`sess:sha256:${store.handleOf(id)}`)).toBe(true);
    expect(commandsWith(id)).toEqual([]);
  });

  test('a session that express-session has regenerated', async () => {
    const store = new RedisStore(options());
    const sessions = session({ store, secret: 's', resave: false, saveUninitialized: false });
    const request = { url: '/', headers: {} } as Parameters<typeof sessions>[0];
    const response = { setHeader() {}, writeHead() {}, end() {} };
    await new Promise((next) => sessions(request, response as never, next));
    await new Promise((done) => request.session.regenerate(done));
    client.sent.splice(0);
    await new Promise((saved) => request.session.save(saved));
    expect(commandsWith(request.sessionID)).toEqual([]);
    expect(client.texts.size).toBeGreaterThan(0);
  });

  test('a session that @fastify/session has created', async () => {
    const store = new FastifyStore<object>(options());
    const created = Object.create({ sessionId: ID });
    await store.set(ID, Object.assign(created, { visits: 1 }));
    await store.set(ID, Object.assign(created, { visits: 2 }));
    expect(client.texts.has(HASHED_KEY)).toBe(true);
    expect(commandsWith(ID)).toEqual([]);
  });

  test('a session that is stored under its hash, and that others save or touch unread', async () => {
    client.texts.set(HASHED_KEY, text({ visits: 1 }));
    const store = new RedisStore({ ...options(), touchAfter: 0 });
    await store.touch(ID, sessionOf({}));
    await store.set(ID, sessionOf({ visits: 2 }));
    expect(JSON.parse(client.texts.get(HASHED_KEY) ?? '')).toMatchObject({ visits: 2 });
    expect(commandsWith(ID)).toEqual([]);
  });
});

describe('with hashIds "readPlain", a session under its plain id', () => {
  test('is replaced by one that is saved unread, and does not come back', async () => {
    client.texts.set(`sess:${ID}`, text({ visits: 1 }));
    const store = new RedisStore(options());
    await store.set(ID, sessionOf({ visits: 2 }));
    expect(client.texts.has(`sess:${ID}`)).toBe(false);
    expect(await store.get(ID)).toMatchObject({ visits: 2 });
    await store.destroy(ID);
    expect(await store.get(ID)).toBeNull();
  });

  test('is touched unread', async () => {
    client.texts.set(`sess:${ID}`, text({}));
    const store = new RedisStore({ ...options(), touchAfter: 0 });
    await store.touch(ID, sessionOf({}));
    expect(client.sent.filter(({ name }) => name === 'pexpire').map(({ args }) => args[0])).toEqual(
      [HASHED_KEY, `sess:${ID}`],
    );
  });

  test('is ended, and is looked for after the hash', async () => {
    client.texts.set(`sess:${ID}`, text({}));
    client.texts.set(HASHED_KEY, text({}));
    const store = new RedisStore(options());
    await store.destroy(ID);
    expect(await store.get(ID)).toBeNull();
    const ended = client.sent
      .filter(({ name }) => name === 'delAndMark')
      .map(({ args }) => args[0]);
    expect(ended).toEqual([HASHED_KEY, `sess:${ID}`]);
  });
});

test('with hashIds "writePlain", a new session goes under its plain id alone', async () => {
  const store = new RedisStore({ client, hashIds: 'writePlain' });
  client.texts.set(HASHED_KEY, text({ visits: 1 }));
  await store.set(ID, sessionOf({ visits: 2 }));
  expect(client.texts.has(HASHED_KEY)).toBe(false);
  expect(await store.get(ID)).toMatchObject({ visits: 2 });
});
