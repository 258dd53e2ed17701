import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { SessionRepository } from '@holdfast/core/repository';
import { fromNodeRedis, type NodeRedisClient } from '@holdfast/node-redis';
import { sized } from '@holdfast/test-servers';
import { describe, expect, test } from '@jest/globals';
import * as redis6 from 'redis';
import * as redis5 from 'redis-5';
import { startChild } from '../support/child-process.ts';
import { useProxy, useRedis, useResource } from '../support/resources.ts';

const TRIALS = sized(100, 2000);

type Client = NodeRedisClient & {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): unknown;
};
type Sessions = SessionRepository<{ user: string }>;

const options = { RESP: 3, clientSideCache: { maxEntries: 1000 } } as const;
const clients: Record<string, (url: string) => Client> = {
  'client of node-redis 5': (url) => redis5.createClient({ url, ...options }),
  'client of node-redis 6': (url) => redis6.createClient({ url, ...options }),
  'pool of node-redis 6': (url) => redis6.createClientPool({ url }, options),
};

const prefix = `${randomUUID()}:`;

/** Opens sessions through a client that is connected to a Redis or a proxy. */
function useSessions(
  clientOf: (url: string) => Client,
  redis: () => { url: string },
): () => Sessions {
  const client = useResource(
    async () => {
      const made = clientOf(redis().url);
      made.on('error', () => {});
      await made.connect();
      return made;
    },
    (made) => made.destroy(),
  );
  return () => new SessionRepository({ client: fromNodeRedis(client()), prefix });
}

/** Stores a session and reads it, so that a cache has it. */
async function begin(sessions: Sessions): Promise<string> {
  const id = randomUUID();
  await sessions.save(id, { user: 'Ada' });
  expect(await sessions.load(id)).toEqual({ user: 'Ada' });
  return id;
}

const server = useRedis();
const others = useSessions((url) => redis6.createClient({ url }), server);
const other = useResource(
  () => startChild('caching/sign-out-process.mjs', [server().url, prefix]),
  (child) => child.stop(),
);

/** Who destroys a session. Each resolves when that is acknowledged. */
const endings: Record<string, (id: string, reader: Sessions) => Promise<unknown>> = {
  'the same client': (id, reader) => reader.destroy(id),
  'another client': (id) => others().destroy(id),
  async 'another process'(id) {
    const { process } = other();
    process.send(id);
    await once(process, 'message');
  },
};

describe.each(Object.entries(clients))('on a %s with a clientSideCache', (_, clientOf) => {
  const reader = useSessions(clientOf, server);

  test.each(Object.entries(endings))(
    `a session that %s destroyed is not served, in ${TRIALS} of ${TRIALS} trials`,
    async (_, end) => {
      const sessions = reader();
      for (let trial = 0; trial < TRIALS; trial++) {
        const id = await begin(sessions);
        await end(id, sessions);
        expect(await sessions.load(id)).toBeNull();
      }
    },
  );
});

describe('while Redis is silent', () => {
  const proxy = useProxy(server);
  const reader = useSessions((url) => redis6.createClient({ url, ...options }), proxy);

  test('a destroyed session that a client with a clientSideCache has read is not served', async () => {
    const sessions = reader();
    const id = await begin(sessions);
    proxy().freeze();
    await others().destroy(id);
    const read = sessions.load(id);
    await proxy().cut();
    await expect(read).rejects.toThrow();
  });
});
