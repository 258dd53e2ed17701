/** Jest's globalTeardown: stops the container that jest-setup started, if it did. */
export default async function teardown(): Promise<void> {
  await globalThis.stopTestRedis?.();
}
