/** A container of an image of Redis or Valkey, with its port published on this machine. */
interface RedisContainer {
  url: string;
  stop(): Promise<void>;
}

/** Whether testcontainers finds an engine that answers. */
export async function hasContainerEngine(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/**
 * Starts a container, and answers when its port is open. Where the engine does not have the image, it pulls it.
 * @throws Error that says what to do, where the container does not start.
 */
export async function startContainer(image: string): Promise<RedisContainer> {
  const { GenericContainer } = await import('testcontainers');
  const starting = new GenericContainer(image).withExposedPorts(6379).start();
  const container = await starting.catch((cause) => {
    const reason = String(cause.message ?? cause).trim();
    throw new Error(
      `The container engine does not start ${image}: ${reason}. Where it cannot pull images, load this one into it, ` +
        'or name one that it has by TEST_REDIS_IMAGE.',
      { cause },
    );
  });
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return { url, stop: async () => void (await container.stop()) };
}
