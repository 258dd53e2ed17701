import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A redis-server process of a test, on a loopback port. */
export interface RedisProcess {
  readonly port: number;
  /** A connection to this server, without a prefix and without an adapter. */
  readonly connection: Redis;
  /** Ends the process by SIGKILL, and waits until it has ended. May be repeated. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}, with the same port, options, and files. Resolves when it serves. */
  restart(): Promise<void>;
  /** Stops the process by SIGSTOP, in the middle of what it does. */
  freeze(): void;
  /** Undoes {@link freeze}, by SIGCONT. */
  thaw(): void;
  /** Ends the process as {@link kill} does, and removes its files. May be repeated. */
  stop(): Promise<void>;
}

const ATTEMPTS = 5;

/** Returns options of redis-server, in addition to those that every process has. */
export type Options = (port: number, folder: string) => Promise<string[]> | string[];

/**
 * Starts redis-server on a free loopback port, without files. Resolves when it serves.
 * If another process takes the port first, it tries another one.
 */
export async function startRedisProcess(
  path: string,
  options: Options = () => [],
): Promise<RedisProcess> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'));
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const server = new OwnServer(path, port, [...(await options(port, folder)), ...own], folder);
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

class OwnServer implements RedisProcess {
  readonly port: number;
  readonly connection: Redis;
  readonly #path: string;
  readonly #args: string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(path: string, port: number, args: string[], folder: string) {
    this.port = port;
    this.#path = path;
    this.#args = args;
    this.#folder = folder;
    this.connection = new Redis(port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    this.connection.on('error', () => {});
  }

  async restart(): Promise<void> {
    const child = spawn(this.#path, this.#args, { stdio: 'ignore' });
    this.#child = child;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`redis-server on port ${this.port} ended with ${code} before it served.`);
    });
    await Promise.race([this.connection.ping(), ended]);
    ended.catch(() => {});
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await disconnect(this.connection);
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Returns a loopback port on which no process listens now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Closes a connection, and waits until it is closed. */
export async function disconnect(connection: Redis): Promise<void> {
  if (connection.status === 'end') return;
  const ended = once(connection, 'end');
  connection.disconnect();
  await ended;
}
