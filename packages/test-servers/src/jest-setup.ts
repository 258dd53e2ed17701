import { startContainer } from './container.ts';
import { chooseRedisSource, describeRedisSource, type RedisSource } from './redis-source.ts';

declare global {
  /** Stops the container of the run, if there is one. Jest passes it from globalSetup to globalTeardown. */
  var stopTestRedis: (() => Promise<void>) | undefined;
}

/** Jest's globalSetup: chooses the Redis server for all test files of a run, and says which it is. */
export default async function setup(): Promise<void> {
  const source = await chooseRedisSource();
  console.log(describeRedisSource(source));
  const chosen = source.kind === 'container' ? await startShared(source.image) : source;
  process.env.HOLDFAST_TEST_REDIS_SOURCE = JSON.stringify(chosen);
}

/** Starts the one container of a run here, because Jest's sandbox does not run the dynamic import of testcontainers. */
async function startShared(image: string): Promise<RedisSource> {
  const { url, stop } = await startContainer(image);
  globalThis.stopTestRedis = stop;
  return { kind: 'url', url };
}
