import { startRedis, startServer, type TestRedis } from '@holdfast/test-servers';

/** Sends a command to the server that is measured. */
export type Raw = (...command: string[]) => Promise<unknown>;

/** Starts a Redis for the work and stops it afterward. */
export async function withRedis<Result>(
  work: (redis: TestRedis) => Promise<Result>,
): Promise<Result> {
  return stopAfter(await startRedis(), work);
}

/** Starts a server like those that some workloads kill, and gives the work a connection to it. */
export async function withServerProcess<Result>(
  work: (raw: Raw) => Promise<Result>,
): Promise<Result> {
  return stopAfter(await startServer(), ({ connection }) =>
    work((name = '', ...args) => connection.call(name, args)),
  );
}

async function stopAfter<Server extends { stop(): Promise<void> }, Result>(
  server: Server,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}
