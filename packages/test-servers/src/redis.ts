import { Redis } from 'ioredis';
import { startContainer } from './container.ts';
import { disconnect, startRedisProcess } from './process.ts';
import { chooseRedisSource, type RedisSource } from './redis-source.ts';

/** A real Redis server for a test. */
export interface TestRedis {
  readonly url: string;
  /** Sends a command over a connection of its own, without prefix and adapter. */
  raw(...command: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Gets a Redis server from the source that Jest's globalSetup chose. Without one, from {@link chooseRedisSource}. */
export async function startRedis(): Promise<TestRedis> {
  const source = await chosenSource();
  if (source.kind === 'url') return connectTo(source.url, async () => {});
  if (source.kind === 'container') {
    const { url, stop } = await startContainer(source.image);
    return connectTo(url, stop);
  }
  const server = await startRedisProcess(source.path);
  return testRedis(`redis://127.0.0.1:${server.port}`, server.connection, () => server.stop());
}

async function chosenSource(): Promise<RedisSource> {
  const chosen = process.env.HOLDFAST_TEST_REDIS_SOURCE;
  return chosen ? JSON.parse(chosen) : chooseRedisSource();
}

async function connectTo(url: string, stop: () => Promise<void>): Promise<TestRedis> {
  const connection = new Redis(url);
  await connection.ping();
  return testRedis(url, connection, async () => {
    await disconnect(connection);
    await stop();
  });
}

function testRedis(url: string, connection: Redis, stop: () => Promise<void>): TestRedis {
  return { url, raw: (name = '', ...args) => connection.call(name, args), stop };
}
