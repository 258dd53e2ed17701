import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError, type RedisStore } from '@holdfast/core';
import { type RedisProcess, startServer, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type AppClient, allClients } from '../support/clients.ts';
import { errorOf, sessionOf, storeOf, urlOf } from '../support/outages/apps.ts';

describe.each(Object.entries(allClients))('a Redis that refuses writes, with %s', (_, make) => {
  let server: RedisProcess;
  let client: AppClient;
  let store: RedisStore;
  let session: SessionData;

  beforeAll(async () => {
    server = await startServer();
    client = await make(urlOf(server));
    await client.connect();
    store = storeOf(client.redis);
  });
  beforeEach(async () => {
    await store.set('id', sessionOf({ visits: 1 }));
    session = (await store.get('id')) as SessionData;
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  const saves: Record<string, () => Promise<unknown>> = {
    'the save of a new session': () => store.set('new', sessionOf({})),
    'the save of a session that was read': () => store.set('id', Object.assign(session, { b: 1 })),
    update: () => store.update('id', () => {}),
  };

  /** Expects reads to go on, more often than the circuit breaker would let pass. */
  async function expectReads(): Promise<void> {
    for (let count = 0; count < 10; count++) {
      expect(await store.get('id')).toMatchObject({ visits: 1 });
    }
  }

  /** Expects that all is there and works again. */
  async function expectAllWell(): Promise<void> {
    await store.set('id', Object.assign(session, { visits: 2 }));
    expect(await store.get('id')).toMatchObject({ visits: 2 });
    expect(client.errors).toEqual([]);
  }

  test('because its memory is full says so in its own words, and goes on to read and end sessions', async () => {
    await server.connection.config('SET', 'maxmemory', '1');
    for (const save of Object.values(saves)) {
      const error = await errorOf(save);
      expect(error).not.toBeInstanceOf(HoldfastError);
      expect(error.message).toMatch(/^OOM command not allowed when used memory > 'maxmemory'/);
    }
    await expectReads();
    await store.destroy('id');
    expect(await store.get('id')).toBeNull();
    await server.connection.config('SET', 'maxmemory', '0');
    await store.set('id', sessionOf({ visits: 1 }));
    session = (await store.get('id')) as SessionData;
    await expectAllWell();
  });

  test('because too few replicas are there says so in its own words', async () => {
    await server.connection.config('SET', 'min-replicas-to-write', '1');
    for (const save of Object.values(saves)) {
      const error = await errorOf(save);
      expect(error).not.toBeInstanceOf(HoldfastError);
      expect(error.message).toMatch(/^NOREPLICAS Not enough good replicas to write/);
    }
    await expectReads();
    await server.connection.config('SET', 'min-replicas-to-write', '0');
    await expectAllWell();
  });

  test('because it cannot save to its disk says so in its own words', async () => {
    const { connection } = server;
    const [, folder = ''] = (await connection.config('GET', 'dir')) as string[];
    // In the way of the file that it saves to.
    await mkdir(join(folder, 'dump.rdb'));
    await connection.config('SET', 'save', '3600 1');
    await connection.bgsave();
    await until('the server has failed to save', async () =>
      (await connection.info('persistence')).includes('rdb_last_bgsave_status:err'),
    );
    for (const save of Object.values(saves)) {
      const error = await errorOf(save);
      expect(error).not.toBeInstanceOf(HoldfastError);
      expect(error.message).toMatch(/^MISCONF Redis is configured to save RDB snapshots/);
    }
    await expectReads();
    await connection.config('SET', 'save', '');
    await expectAllWell();
  });

  test('because it is a replica is ERR_HOLDFAST_READ_ONLY with the status 503', async () => {
    await server.connection.replicaof('127.0.0.1', '1');
    const destroy = () => store.destroy('id');
    for (const write of [...Object.values(saves), destroy]) {
      expect(await errorOf(write)).toMatchObject({
        name: 'HoldfastError',
        code: 'ERR_HOLDFAST_READ_ONLY',
        status: 503,
        message: expect.stringMatching(
          /^Redis is a replica here, in which nothing can be saved: READONLY You can't write against a read only replica.*\. Connect the client to the master; through sentinels or as a cluster it finds a new one by itself\.$/,
        ),
        cause: { message: expect.stringMatching(/^READONLY /) },
      });
    }
    await expectReads();
    await server.connection.replicaof('NO', 'ONE');
    await expectAllWell();
  });
});
