import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedisStore } from '@holdfast/core';
import { type RedisProcess, serverName, startServer, until } from '@holdfast/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type AppClient, allClients } from '../support/clients.ts';
import { errorOf, patientStoreOf, urlOf } from '../support/outages/apps.ts';
import { sessionOf } from '../support/sessions.ts';

const rejected = { name: 'HoldfastError', code: 'ERR_HOLDFAST_REJECTED' };

describe.each(Object.entries(allClients))(
  'a Redis server that refuses writes, with %s,',
  (_, make) => {
    let server: RedisProcess;
    let client: AppClient;
    let store: RedisStore;
    let session: SessionData;

    beforeAll(async () => {
      server = await startServer();
      client = await make(urlOf(server));
      await client.connect();
      store = patientStoreOf(client.redis);
    });
    beforeEach(async () => {
      await server.connection.flushall();
      await store.set('id', sessionOf({ visits: 1 }));
      session = (await store.get('id')) as SessionData;
    });
    afterAll(async () => {
      client.close();
      await server.stop();
    });

    const saves: Record<string, () => Promise<unknown>> = {
      'a save of a new session': () => store.set('new', sessionOf()),
      'a save of a session that was read': () => store.set('id', Object.assign(session, { b: 1 })),
      update: () => store.update('id', () => {}),
    };

    /** Expects reads to succeed more often than the circuit breaker would let them fail. */
    async function expectReads(): Promise<void> {
      for (let count = 0; count < 10; count++) {
        expect(await store.get('id')).toMatchObject({ visits: 1 });
      }
    }

    /** Expects that nothing is lost and that writes work again. */
    async function expectAllWell(): Promise<void> {
      await store.set('id', Object.assign(session, { visits: 2 }));
      expect(await store.get('id')).toMatchObject({ visits: 2 });
      // While it refuses writes for the sake of its disk, Redis refuses the PING of a client, too.
      expect(client.errors.filter(({ message }) => !message.startsWith('MISCONF '))).toEqual([]);
    }

    test('because its memory is full is ERR_HOLDFAST_REJECTED, and it still reads and destroys sessions', async () => {
      await server.connection.config('SET', 'maxmemory', '1');
      for (const save of Object.values(saves)) {
        const error = await errorOf(save);
        expect(error).toMatchObject(rejected);
        expect(error.message).toMatch(/OOM.*maxmemory/);
      }
      await expectReads();
      const warned = once(store, 'warning');
      await store.destroy('id');
      expect(await store.get('id')).toBeNull();
      // The end could not be remembered.
      expect(await warned).toMatchObject([rejected]);
      await server.connection.config('SET', 'maxmemory', '0');
      await store.set('id', sessionOf({ visits: 1 }));
      session = (await store.get('id')) as SessionData;
      await expectAllWell();
    });

    test('because it has too few replicas is ERR_HOLDFAST_REJECTED', async () => {
      await server.connection.config('SET', 'min-replicas-to-write', '1');
      for (const save of Object.values(saves)) {
        // Redis 6 does not apply this setting to scripts.
        if (serverName().startsWith('redis-6')) {
          await save();
          continue;
        }
        const error = await errorOf(save);
        expect(error).toMatchObject(rejected);
        expect(error.message).toMatch(/NOREPLICAS.*min-replicas-to-write/);
      }
      await expectReads();
      await server.connection.config('SET', 'min-replicas-to-write', '0');
      await expectAllWell();
    });

    test('because it cannot save to its disk is ERR_HOLDFAST_REJECTED', async () => {
      const { connection } = server;
      const [, folder = ''] = (await connection.config('GET', 'dir')) as string[];
      // In the way of the file that it saves to.
      await mkdir(join(folder, 'dump.rdb'));
      await connection.config('SET', 'save', '3600 1');
      await connection.bgsave();
      await until('the server has failed to save', async () => {
        const info = await connection.info('persistence');
        return info.includes('rdb_last_bgsave_status:err') || info;
      });
      for (const save of Object.values(saves)) {
        const error = await errorOf(save);
        expect(error).toMatchObject(rejected);
        expect(error.message).toMatch(/MISCONF.*stop-writes-on-bgsave-error/);
      }
      await expectReads();
      await connection.config('SET', 'save', '');
      await expectAllWell();
    });

    test('because it is a replica is ERR_HOLDFAST_READ_ONLY with status 503', async () => {
      await server.connection.replicaof('127.0.0.1', '1');
      const destroy = () => store.destroy('id');
      for (const write of [...Object.values(saves), destroy]) {
        expect(await errorOf(write)).toMatchObject({
          name: 'HoldfastError',
          code: 'ERR_HOLDFAST_READ_ONLY',
          status: 503,
          message: expect.stringContaining('READONLY'),
          cause: { message: expect.stringMatching(/^READONLY /) },
        });
      }
      await expectReads();
      await server.connection.replicaof('NO', 'ONE');
      await expectAllWell();
    });
  },
);
