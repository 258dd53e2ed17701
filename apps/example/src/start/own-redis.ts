import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { reason } from '../reason.ts';
import { CannotStart } from './cannot-start.ts';

/** A Redis that the app has started for itself. */
export interface OwnRedis {
  url: string;
  pid: number;
  stop(): void;
}

/**
 * Starts a redis-server on a free loopback port, without a file on disk, and answers when it serves. It ends with this
 * process, unless that is killed by SIGKILL.
 * @throws CannotStart
 */
export async function startOwnRedis(): Promise<OwnRedis> {
  const port = await freePort();
  const server = spawn('redis-server', optionsFor(port), {
    // Ctrl-C in a terminal goes to the whole process group. The app still needs Redis then, to finish its requests.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stop = () => {
    server.off('exit', endWithIt);
    // It has nothing to save, and this also ends one that is held by SIGSTOP.
    server.kill('SIGKILL');
  };
  process.once('exit', stop);
  const pid = await pidOf(server);
  await serving(server);
  server.once('exit', endWithIt);
  return { url: `redis://127.0.0.1:${port}`, pid, stop };
}

/** Nobody would start it again. */
function endWithIt(): void {
  console.error('The Redis that the app had started has ended, and all sessions with it.');
  process.exit(1);
}

type Server = ChildProcessByStdio<null, Readable, null>;

const optionsFor = (port: number): string[] => [
  ...['--port', String(port)],
  ...['--bind', '127.0.0.1'],
  ...['--save', ''],
  ...['--appendonly', 'no'],
];

async function pidOf(server: Server): Promise<number> {
  try {
    await once(server, 'spawn');
  } catch (error) {
    throw new CannotStart(
      `Cannot start a Redis for the app: redis-server ${reason(error)}. Install redis-server, or name a Redis by --redis-url.`,
    );
  }
  return Number(server.pid);
}

async function serving({ stdout }: Server): Promise<void> {
  for await (const line of createInterface(stdout)) {
    // What it prints from here on is to fill no pipe that nobody reads.
    if (line.includes('Ready to accept connections')) return void stdout.resume();
  }
  throw new CannotStart('Cannot start a Redis for the app: redis-server ended before it served.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
