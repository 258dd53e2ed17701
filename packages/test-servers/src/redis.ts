import { Redis } from 'ioredis';
import { startContainer } from './container.ts';
import { disconnect, startRedisProcess } from './process.ts';
import { chooseWay, type Way } from './way.ts';

/** A real Redis for a test. */
export interface TestRedis {
  readonly url: string;
  /** Sends a command over a connection that knows no prefix and no adapter. */
  raw(...command: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Gives a test a Redis, the way that Jest's globalSetup chose, and else as {@link chooseWay} says. */
export async function startRedis(): Promise<TestRedis> {
  const way = await chosenWay();
  if (way.kind === 'url') return connectTo(way.url, async () => {});
  if (way.kind === 'container') {
    const { url, stop } = await startContainer(way.image);
    return connectTo(url, stop);
  }
  const server = await startRedisProcess(way.path);
  return testRedis(`redis://127.0.0.1:${server.port}`, server.connection, () => server.stop());
}

async function chosenWay(): Promise<Way> {
  const chosen = process.env.HOLDFAST_TEST_WAY;
  return chosen === undefined ? chooseWay() : JSON.parse(chosen);
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
