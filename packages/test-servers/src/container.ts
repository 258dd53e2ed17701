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
 * Starts a container, and resolves when its port is open. The engine pulls an image that it does not have.
 * @throws Error that says what to do, if the container does not start.
 */
export async function startContainer(image: string): Promise<RedisContainer> {
  const { GenericContainer } = await import('testcontainers');
  const starting = new GenericContainer(image).withExposedPorts(6379).start();
  const container = await starting.catch((cause) => {
    const reason = String(cause.message ?? cause).trim();
    throw new Error(
      `The container engine does not start ${image}: ${reason}. If it cannot pull images, load this one into it, ` +
        'or set TEST_REDIS_IMAGE to one that it has.',
      { cause },
    );
  });
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return { url, stop: async () => void (await container.stop()) };
}
