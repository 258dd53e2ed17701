import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCluster, type TestCluster, until } from '../src/index.ts';
import { expectRawCommands } from './raw-commands.ts';

describe('startCluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  async function otherThan(key: string) {
    const source = await cluster.masterOf(key);
    const target = (await cluster.masters()).find(({ port }) => port !== source.port);
    if (target === undefined) throw new Error('There is no other master.');
    return { source, target };
  }

  test('starts masters that reply to raw commands', () => expectRawCommands(cluster));

  test('starts three masters, each with a replica in sync', async () => {
    const masters = await cluster.masters();
    expect(masters.map(({ port }) => port)).toEqual(cluster.ports);
    for (const { connection } of masters) {
      expect(await connection.info('replication')).toMatch(
        /connected_slaves:1\r\nslave0:.*state=online/,
      );
    }
  });

  test('moves a slot in steps, between which the source redirects to the target', async () => {
    const keys = ['gone', 'new'].map((name) => `{slot}:${name}`);
    await cluster.raw('SET', '{slot}:gone', 'value');
    const { source, target } = await otherThan('{slot}');
    const migration = await cluster.migrate('{slot}', target);
    expect(await migration.moveKeys(10)).toBe(1);
    for (const key of keys) {
      await expect(source.connection.get(key)).rejects.toThrow(/^ASK /);
      await expect(target.connection.get(key)).rejects.toThrow(/^MOVED /);
    }
    expect(await cluster.raw('GET', '{slot}:gone')).toBe('value');
    await migration.finish();
    expect(await cluster.masterOf('{slot}')).toBe(target);
    expect(await target.connection.get('{slot}:gone')).toBe('value');
    await expect(source.connection.get('{slot}:gone')).rejects.toThrow(/^MOVED /);
  });

  test('adds a master to which slots can move', async () => {
    const added = await cluster.addMaster();
    await cluster.raw('SET', '{other}:key', 'value');
    await (await cluster.migrate('{other}', added)).finish();
    expect(await cluster.masterOf('{other}')).toBe(added);
    expect(await cluster.raw('GET', '{other}:key')).toBe('value');
  });

  test('lets the replica take over from a master that was killed', async () => {
    await cluster.raw('SET', '{failover}:key', 'value');
    const { source } = await otherThan('{failover}');
    expect((await cluster.replicaOf(source)).port).not.toBe(source.port);
    await source.connection.wait(1, 60_000);
    await source.stop();
    await until('another master serves the key', () =>
      cluster.masterOf('{failover}').then(
        () => true,
        (error) => error,
      ),
    );
    expect(await cluster.raw('GET', '{failover}:key')).toBe('value');
  });
});
