import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { SessionRepository } from '@holdfast/core/repository';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { startRedis, startRedisProxy, type TestRedis } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis5 from 'redis-5';

const TRIALS = 2000;

type Client = NodeRedisClient & { connect(): Promise<unknown>; close(): Promise<unknown> };
type Sessions = SessionRepository<{ user: string }>;

const options = { RESP: 3, clientSideCache: { maxEntries: 1000 } } as const;
const clients: Record<string, (url: string) => Client> = {
  'client of node-redis 5': (url) => redis5.createClient({ url, ...options }),
  'client of node-redis 6': (url) => redis6.createClient({ url, ...options }),
  'pool of node-redis 6': (url) => redis6.createClientPool({ url }, options),
};

const prefix = `${randomUUID()}:`;

function sessionsOn(client: NodeRedisClient): Sessions {
  return new SessionRepository({ client: fromNodeRedis(client), prefix });
}

/** Stores a session and reads it, so that whatever is to be remembered of it is. */
async function begin(sessions: Sessions): Promise<string> {
  const id = randomUUID();
  await sessions.save(id, { user: 'Ada' });
  expect(await sessions.load(id)).toEqual({ user: 'Ada' });
  return id;
}

let server: TestRedis;
let other: Client;
let others: Sessions;
let signerOut: ChildProcess;
beforeAll(async () => {
  server = await startRedis();
  other = redis6.createClient({ url: server.url });
  await other.connect();
  others = sessionsOn(other);
  signerOut = fork(join(__dirname, '../support/caching/sign-out-process.mjs'), [server.url, prefix]);
  await once(signerOut, 'message');
});
afterAll(async () => {
  signerOut.disconnect();
  await other.close();
  await server.stop();
});

/** Who ends a session, and answers when that is acknowledged. */
const endings: Record<string, (id: string, reader: Sessions) => Promise<unknown>> = {
  'the same client': (id, reader) => reader.destroy(id),
  'another client': (id) => others.destroy(id),
  async 'another process'(id) {
    signerOut.send(id);
    await once(signerOut, 'message');
  },
};

describe.each(Object.entries(clients))('on a %s with a clientSideCache', (_, clientOf) => {
  let client: Client;
  let sessions: Sessions;
  beforeAll(async () => {
    client = clientOf(server.url);
    await client.connect();
    sessions = sessionsOn(client);
  });
  afterAll(() => client.close());

  test.each(Object.entries(endings))(
    `a session that %s has ended is not served, in ${TRIALS} of ${TRIALS} trials`,
    async (_, end) => {
      for (let trial = 0; trial < TRIALS; trial++) {
        const id = await begin(sessions);
        await end(id, sessions);
        expect(await sessions.load(id)).toBeNull();
      }
    },
  );
});

test('what a client with a clientSideCache has read is not served while Redis is silent', async () => {
  const proxy = await startRedisProxy(server.url);
  const client = redis6.createClient({ url: proxy.url, ...options }).on('error', () => {});
  await client.connect();
  const sessions = sessionsOn(client);
  const id = await begin(sessions);
  proxy.freeze();
  await others.destroy(id);
  const read = sessions.load(id);
  await proxy.cut();
  await expect(read).rejects.toThrow();
  client.destroy();
});
