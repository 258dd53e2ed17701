import { setTimeout as pause } from 'node:timers/promises';
import {
  findServer,
  howToGet,
  type RedisProcess,
  startCluster,
  type TestCluster,
  until,
} from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLUSTER_CLIENTS, type FromPage, fromPage } from '../support/clusters/page-clients.ts';
import { Writer } from '../support/clusters/writer.ts';

/** How many writers each client has. They reach every master. */
const WRITERS = 12;

const names = Object.keys(CLUSTER_CLIENTS);

/** Between servers that fail over to each other in both directions while one of them is older. */
const UPGRADES = [
  ['redis-7.0', 'redis-8.0'],
  ['redis-7.0', 'redis-8.6'],
  ['redis-7.0', 'valkey-9.1'],
] as const;

/** Not every machine can get every server. CI can. */
const missing = [...new Set(UPGRADES.flat())].filter((name) => findServer(name) === undefined);
for (const name of missing) console.warn(`Its upgrades are not tested: ${howToGet(name)}`);

function pathOf(name: string): string {
  const path = findServer(name);
  if (path === undefined) throw new Error(howToGet(name));
  return path;
}

/** Restarts a replica as another server, and waits until it has all that its master has. */
async function upgrade(replica: RedisProcess, program: string): Promise<void> {
  await replica.kill();
  await replica.restart(program);
  await untilInSync(replica);
}

async function untilInSync({ connection }: RedisProcess): Promise<void> {
  await until('the replica is in sync', async () => {
    const info = await connection.info('replication');
    return info.includes('master_link_status:up') || info;
  });
}

/** Lets a replica take over from its master, which becomes its replica. */
async function failOver(replica: RedisProcess, master: RedisProcess): Promise<void> {
  const [, timeout] = (await master.connection.config('GET', 'cluster-node-timeout')) as string[];
  // For so long, masters do not vote for a replica of a master that they have just elected, and the clients would wait in vain.
  await pause(2 * Number(timeout) + 500);
  await replica.connection.call('CLUSTER', 'FAILOVER');
  await until('the replica is the master', async () => {
    const info = await replica.connection.info('replication');
    return info.includes('role:master') || info;
  });
  await untilInSync(master);
}

for (const [from, to] of UPGRADES) {
  const upgrading = [from, to].some((name) => missing.includes(name)) ? describe.skip : describe;
  upgrading(`when the nodes of a cluster go from ${from} to ${to}, one by one,`, () => {
    const writers = new Map<string, Writer[]>();
    const opened = new Map<string, FromPage>();
    let cluster: TestCluster;

    /** Waits until each writer of each client has written several times. */
    async function untilAllWrite(): Promise<void> {
      const all = [...writers.values()].flat();
      for (const writer of all) writer.restartCount();
      await until('each writer writes', () => {
        const counts = all.map(({ count }) => count);
        return counts.every((count) => count >= 5) || counts;
      });
    }

    beforeAll(async () => {
      cluster = await startCluster({ program: pathOf(from) });
      const url = `redis://127.0.0.1:${cluster.ports[0]}`;
      for (const [name, [call, alias]] of Object.entries(CLUSTER_CLIENTS)) {
        opened.set(name, await fromPage(call, alias, { REDIS_URL: url }));
        writers.set(
          name,
          Array.from({ length: WRITERS }, (_, index) => new Writer(`{${index}}:${name}`)),
        );
      }
      const end = new AbortController();
      const work = [...opened].flatMap(([name, { store }]) =>
        (writers.get(name) ?? []).map((writer) => writer.write(store, end.signal)),
      );
      await untilAllWrite();
      for (const master of await cluster.masters()) {
        const replica = await cluster.replicaOf(master);
        await upgrade(replica, pathOf(to));
        // To the newer server, back to the older one, and to the newer one again.
        await failOver(replica, master);
        await untilAllWrite();
        await failOver(master, replica);
        await untilAllWrite();
        await failOver(replica, master);
        await untilAllWrite();
        await upgrade(master, pathOf(to));
        await untilAllWrite();
      }
      end.abort();
      await Promise.all(work);
    });
    afterAll(async () => {
      for (const { close } of opened.values()) await close();
      await cluster.stop();
    });

    test.each(names)('no acknowledged session is lost, through %s', async (name) => {
      const acknowledged = (writers.get(name) ?? []).flatMap((writer) => writer.acknowledged);
      expect(acknowledged.length).toBeGreaterThan(WRITERS);
      const ids = new Set(await opened.get(name)?.store.ids());
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    });

    test.each(names)('no request fails, through %s', (name) => {
      expect((writers.get(name) ?? []).flatMap(({ errors }) => errors)).toEqual([]);
    });
  });
}
