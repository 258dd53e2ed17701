/** Jest's globalTeardown: stops the container of the run, if there is one. */
export default async function teardown(): Promise<void> {
  await globalThis.stopTestRedis?.();
}
