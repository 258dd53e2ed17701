import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Network, type RedisProcess, startNetwork, until } from '../src/index.ts';
import { startServerOn } from '../src/server.ts';

describe.each([undefined, 'proxies'])('a network of the kind %s', (kind) => {
  let network: Network;
  let servers: RedisProcess[];
  let clients: Redis[];
  beforeAll(async () => {
    network = await startNetwork(2, kind);
    servers = await Promise.all(network.machines.map((machine) => startServerOn(machine)));
    clients = servers.map(({ host, port }) => new Redis(port, host, { commandTimeout: 500 }));
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
    await network.stop();
  });

  const isAnswering = (index: number) =>
    clients[index]?.ping().then(
      () => true,
      () => false,
    );

  test('cuts off one machine without a word, and brings it back', async () => {
    await until('both answer', async () => (await isAnswering(0)) && (await isAnswering(1)));
    const closed: string[] = [];
    for (const event of ['close', 'end', 'error']) clients[0]?.on(event, () => closed.push(event));
    await network.machines[0]?.cut();
    expect(await isAnswering(0)).toBe(false);
    await until('the other one answers', () => isAnswering(1));
    expect(closed).toEqual([]);
    await network.machines[0]?.heal();
    await until('both answer again', () => isAnswering(0));
  });

  test('lets machines reach each other', async () => {
    const [first, second] = servers as [RedisProcess, RedisProcess];
    await second.connection.replicaof(first.host, first.port);
    await first.connection.set('key', 'value');
    await until('the other has the value', async () => {
      return (await second.connection.get('key')) === 'value';
    });
  });
});
