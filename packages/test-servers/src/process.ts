import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A redis-server process that a test started, on a loopback port. */
export interface RedisProcess {
  readonly port: number;
  readonly pid: number;
  /** A connection of its own to this server, which knows no prefix and no adapter. */
  readonly connection: Redis;
  /** Ends the process by its id with SIGKILL, and answers when it has ended. May be repeated. */
  stop(): Promise<void>;
}

const ATTEMPTS = 5;

/**
 * Starts redis-server, quiet and without a file on disk, on a free loopback port, and answers when it serves.
 * Another process can take the port between the look and the start; then it tries another.
 * @param args options of redis-server besides.
 */
export async function startRedisProcess(
  path: string,
  args: (port: number, folder: string) => Promise<string[]> | string[] = () => [],
): Promise<RedisProcess> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'));
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const child = spawn(path, [...(await args(port, folder)), ...options], { stdio: 'ignore' });
    const stop = () => stopProcess(child, folder);
    try {
      const connection = await connect(port, child);
      return { port, pid: Number(child.pid), connection, stop: () => end(connection, stop) };
    } catch (error) {
      await stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** A loopback port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Answers when the server answers PING; fails when its process ends before. */
async function connect(port: number, child: ChildProcess): Promise<Redis> {
  const connection = new Redis(port, '127.0.0.1', {
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  });
  connection.on('error', () => {});
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`redis-server on port ${port} ended with exit code ${code} before it served.`);
  });
  try {
    await Promise.race([connection.ping(), ended]);
  } catch (error) {
    connection.disconnect();
    throw error;
  }
  ended.catch(() => {});
  return connection;
}

async function end(connection: Redis, stop: () => Promise<void>): Promise<void> {
  await disconnect(connection);
  await stop();
}

/** Closes a connection, and answers when it is closed. */
export async function disconnect(connection: Redis): Promise<void> {
  if (connection.status === 'end') return;
  const ended = once(connection, 'end');
  connection.disconnect();
  await ended;
}

async function stopProcess(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}
