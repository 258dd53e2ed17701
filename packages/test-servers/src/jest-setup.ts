import { startContainer } from './container.ts';
import { chooseWay, describeWay, type Way } from './way.ts';

declare global {
  /** Jest keeps it for its globalTeardown, where a container was started. */
  var stopTestRedis: (() => Promise<void>) | undefined;
}

/** Jest's globalSetup: chooses once for all test files of a run, and says so. */
export default async function setup(): Promise<void> {
  const way = await chooseWay();
  console.log(describeWay(way));
  const handedIn = way.kind === 'container' ? await startShared(way.image) : way;
  process.env.HOLDFAST_TEST_WAY = JSON.stringify(handedIn);
}

/** One container for the run. It starts here because testcontainers, once built, cannot be imported in Jest's sandbox. */
async function startShared(image: string): Promise<Way> {
  const { url, stop } = await startContainer(image);
  globalThis.stopTestRedis = stop;
  return { kind: 'url', url };
}
