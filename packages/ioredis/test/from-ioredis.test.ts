import { SharedServers } from '@holdfast/test-servers';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { fromIoredis, type IoredisClient } from '../src/index.ts';

const servers = new SharedServers();
afterAll(() => servers.stop());

describe('fromIoredis', () => {
  test('removes keys with UNLINK', async () => {
    const server = await servers.redis();
    const client = new Redis(server.url);
    const id = String(await client.client('ID'));
    await fromIoredis(client).del(['holdfast-test:a', 'holdfast-test:b']);
    const clients = String(await server.raw('CLIENT', 'LIST'));
    expect(clients).toMatch(new RegExp(`^id=${id} .* cmd=unlink `, 'm'));
    await client.quit();
  });

  test('finds the keys of a Cluster that is just connecting', async () => {
    const server = await servers.cluster();
    await server.raw('SET', 'holdfast-test:key', 'value');
    const client = new Cluster(server.ports.map((port) => ({ host: '127.0.0.1', port })));
    const keys: string[] = [];
    for await (const batch of fromIoredis(client).scan('holdfast-test:*', 100)) keys.push(...batch);
    expect(keys).toEqual(['holdfast-test:key']);
    await client.quit();
  });

  const others: Record<string, [unknown, RegExp]> = {
    'another client': [
      { isOpen: true, mGet() {}, pExpire() {}, sendCommand() {} },
      /fromNodeRedis/,
    ],
    'something else': [{}, /an object/],
    nothing: [undefined, /undefined/],
  };
  test.each(Object.entries(others))('rejects %s, and says what to do', (_, [client, message]) => {
    expect(() => fromIoredis(client as IoredisClient)).toThrow(
      expect.objectContaining({
        code: 'ERR_HOLDFAST_INVALID_CLIENT',
        message: expect.stringMatching(message),
      }),
    );
  });
});
