import { startCluster } from '@holdfast/test-servers';
import { expect, test } from '@jest/globals';
import { createCluster } from 'redis-4';
import { fromNodeRedis } from '../src/index.ts';

test('a cluster of node-redis 4 connects again to a master that it was redirected by', async () => {
  const server = await startCluster();
  const rootNodes = server.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
  const cluster = createCluster({ rootNodes }).on('error', () => {});
  await cluster.connect();
  const redis = fromNodeRedis(cluster);

  const source = await server.masterOf('{moved}');
  const [target = source] = (await server.masters()).filter((master) => master !== source);
  await (await server.migrate('{moved}', target)).finish();
  await redis.set('{moved}', 'value');

  const tags = Array.from({ length: 20 }, (_, index) => `{${index}}`);
  const owners = await Promise.all(tags.map((tag) => server.masterOf(tag)));
  const key = tags[owners.indexOf(source)] ?? '';
  await source.connection.client('KILL', 'TYPE', 'normal');
  // Fails where the client has not noticed yet that its connection is closed.
  await redis.set(key, 'lost').catch(() => {});
  await redis.set(key, 'value');
  expect(await redis.get(key)).toBe('value');

  await cluster.disconnect();
  await server.stop();
});
