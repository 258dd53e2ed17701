import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Machine, THIS_MACHINE } from './network.ts';

/** Where a server listens: on 127.0.0.1, unless a test gives it another machine. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function addressOf({ host, port }: Address): Address {
  return { host, port };
}

/** A redis-server process of a test. */
export interface RedisProcess extends Address {
  /** A connection to this server, without a prefix and without an adapter. */
  readonly connection: Redis;
  /** Ends the process by SIGKILL, and waits until it has ended. May be repeated. */
  kill(): Promise<void>;
  /**
   * Starts it again after {@link kill}, with the same port, options, and files. Resolves when it serves.
   * @param program the path of another version.
   */
  restart(program?: string): Promise<void>;
  /** Stops the process by SIGSTOP, in the middle of what it does. */
  freeze(): void;
  /** Undoes {@link freeze}, by SIGCONT. */
  thaw(): void;
  /** Ends the process as {@link kill} does, and removes its files. May be repeated. */
  stop(): Promise<void>;
}

const ATTEMPTS = 5;

/**
 * Returns options of redis-server, in addition to those that every process has.
 * @param port the number by which others reach it.
 * @param own the port on which it listens.
 */
export type Options = (port: number, folder: string, own: number) => Promise<string[]> | string[];

type Place = Omit<Machine, 'cut' | 'heal'>;

/**
 * Starts redis-server on a free port, without files. Resolves when it serves.
 * If another process takes the port first, it tries another one.
 */
export async function startRedisProcess(
  path: string,
  options: Options = () => [],
  machine: Place = THIS_MACHINE,
): Promise<RedisProcess> {
  for (let attempt = 1; ; attempt++) {
    const own = await freePort();
    const port = await machine.open(own);
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'));
    const where = ['--port', String(own), '--bind', machine.host, '--protected-mode', 'no'];
    const args = [...(await options(port, folder, own)), ...where, '--dir', folder, '--save', ''];
    const server = new OwnServer(machine, port, path, args, folder);
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
  readonly host: string;
  readonly port: number;
  readonly connection: Redis;
  readonly #machine: Place;
  readonly #program: string;
  readonly #args: string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(machine: Place, port: number, path: string, args: string[], folder: string) {
    this.host = machine.host;
    this.port = port;
    this.#machine = machine;
    this.#program = path;
    this.#args = args;
    this.#folder = folder;
    this.connection = new Redis(port, machine.host, {
      lazyConnect: true,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    this.connection.on('error', () => {});
  }

  async restart(program: string = this.#program): Promise<void> {
    const child = spawn(...this.#machine.command(program, this.#args), { stdio: 'ignore' });
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

/** A node of a cluster also listens on the port 10,000 above its own. */
const HIGHEST_PORT = 55_535;

/** Returns a loopback port on which no process listens now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (port <= HIGHEST_PORT) return port;
  }
}

/** Closes a connection, and waits until it is closed. */
export async function disconnect(connection: Redis): Promise<void> {
  if (connection.status === 'end') return;
  // No end event comes then.
  if (connection.status === 'reconnecting') return connection.disconnect();
  // `once` of node:events would reject when a last attempt to connect fails.
  const ended = new Promise<void>((resolve) => connection.once('end', resolve));
  connection.disconnect();
  await ended;
}
