import { hash } from 'node:crypto';
import { RedisStore, type StoreOptions } from '@holdfast/core';
import { fromNodeRedis } from '@holdfast/node-redis';
import { type RedisProcess, startServer } from '@holdfast/test-servers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Cookie, type SessionData } from 'express-session';
import { createClient } from 'redis';
import { Recorder, readable } from '../support/docs/commands.ts';
import { markedBlocks, writeBlocks } from '../support/docs/marked-blocks.ts';

const PAGE = 'docs/architecture.md';
const ID = 'example';

type Session = SessionData & { user?: string; visits?: number };
type Options = Partial<StoreOptions<SessionData>>;

/** The option `userId` of a session that says whose it is. */
const userId = (session: Partial<SessionData>) => (session as Session).user;
const indexed: Options = { userId, trackCount: true };

const ada = (): Session => ({ cookie: new Cookie(), user: 'ada' });

/** Each operation of the page: what was stored before, and what is done to the session that was read. */
const operations: Record<
  string,
  [(store: RedisStore, read: Session) => Promise<unknown>, Options?]
> = {
  get: [(store) => store.get(ID)],
  'set, a new session': [(store) => store.set('another', ada())],
  'set, a session that was read': [
    (store, read) => store.set(ID, Object.assign(read, { visits: 1 })),
  ],
  touch: [(store, read) => store.touch(ID, read), { touchAfter: 0 }],
  update: [(store) => store.update(ID, (session) => Object.assign(session, { visits: 1 }))],
  destroy: [(store) => store.destroy(ID)],
  'destroyByHandle, with hashIds': [
    (store) => store.destroyByHandle(store.handleOf(ID)),
    { hashIds: true },
  ],
  clear: [(store) => store.clear()],
  length: [(store) => store.length()],
  ids: [(store) => store.ids()],
  all: [(store) => store.all()],
  'set, a new session, indexed': [(store) => store.set('another', ada()), indexed],
  'set, a session that was read, indexed': [
    (store, read) => store.set(ID, Object.assign(read, { visits: 1 })),
    indexed,
  ],
  'touch, indexed': [(store, read) => store.touch(ID, read), { ...indexed, touchAfter: 0 }],
  'destroy, indexed': [(store) => store.destroy(ID), indexed],
  'listByUser, countByUser': [(store) => store.listByUser('ada'), indexed],
  destroyByUser: [(store) => store.destroyByUser('ada'), indexed],
  'length, indexed': [(store) => store.length(), indexed],
  'clear, indexed': [(store) => store.clear(), indexed],
};

let server: RedisProcess;
let client: ReturnType<typeof createClient>;
let recorder: Recorder;
const sent: Record<string, string> = {};
const scripts: Record<string, string> = {};

beforeAll(async () => {
  server = await startServer();
  client = createClient({ url: `redis://127.0.0.1:${server.port}` });
  await client.connect();
  recorder = await Recorder.on(server);
  for (const [name, [operation, options]] of Object.entries(operations)) {
    sent[name] = readable(await commandsOf(operation, options));
  }
  await writeBlocks(PAGE, { ...sent, ...scripts });
});
afterAll(async () => {
  await recorder.stop();
  client.destroy();
  await server.stop();
});

async function commandsOf(
  operation: (store: RedisStore, read: Session) => Promise<unknown>,
  options?: Options,
): Promise<string[][]> {
  await server.connection.flushall();
  const store = new RedisStore({ client: fromNodeRedis(client), ...options });
  await rememberScripts(() => store.set(ID, ada()));
  const unstamped = new RedisStore({ client: fromNodeRedis(client), ...options, serializer: JSON });
  // The first save finds a stamp, the second one none.
  for (const _ of [1, 2]) {
    await rememberScripts(async () => unstamped.set(ID, (await unstamped.get(ID)) as Session));
  }
  await store.set(ID, ada());
  await rememberScripts(async () => store.set(ID, (await store.get(ID)) as Session));
  await rememberScripts(() => store.destroy('a third'));
  const read = (await store.get(ID)) as Session;
  return recorder.during(() => operation(store, read));
}

/** Notes the scripts that a server is given which does not know them yet, below their hash. */
function nameOf(script: string): string {
  if (script.includes('ZADD')) return 'script zaddExtendingTtl';
  if (script.includes('UNLINK')) return 'script delAndMark';
  if (script.includes('KEYS[2]')) return 'script setUnlessMarked';
  return script.includes('GETRANGE') ? 'script compareEndAndSet' : 'script compareAndSet';
}

async function rememberScripts(work: () => Promise<unknown>): Promise<void> {
  for (const [name, script = ''] of await recorder.during(work)) {
    if (name?.toUpperCase() !== 'EVAL') continue;
    scripts[nameOf(script)] = `-- ${hash('sha1', script)}\n${script}\n`;
  }
}

test.each(Object.keys(operations))('the page has the commands of %s', async (name) => {
  expect({ [name]: (await markedBlocks(PAGE))[name] }).toEqual({ [name]: sent[name] });
});

test('the page has the text of each script', async () => {
  expect(Object.keys(scripts).sort()).toEqual([
    'script compareAndSet',
    'script compareEndAndSet',
    'script delAndMark',
    'script setUnlessMarked',
    'script zaddExtendingTtl',
  ]);
  expect(await markedBlocks(PAGE)).toMatchObject(scripts);
});

test('the page has no other commands', async () => {
  const names = Object.keys(await markedBlocks(PAGE));
  expect(names.sort()).toEqual([...Object.keys(sent), ...Object.keys(scripts)].sort());
});
