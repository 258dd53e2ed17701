import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { reason } from '../reason.ts';
import { StartupError } from './startup-error.ts';

/** A Redis server that the app started for itself. */
export interface OwnRedis {
  url: string;
  pid: number;
  stop(): void;
}

const ATTEMPTS = 5;

/**
 * Starts a redis-server on a free loopback port, without persistence. It ends with this process, unless SIGKILL ends
 * this process.
 * @throws StartupError
 */
export async function startOwnRedis(): Promise<OwnRedis> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const redis = await startOn(await freePort());
    if (redis !== undefined) return redis;
  }
  throw new StartupError(
    'Cannot start a Redis for the app: redis-server ended before it was ready.',
  );
}

/** Returns undefined if the server ends at once: another process may have taken the port in the meantime. */
async function startOn(port: number): Promise<OwnRedis | undefined> {
  const server = spawn('redis-server', optionsFor(port), {
    // Ctrl-C in a terminal signals the whole process group. The app still needs Redis to finish its requests.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stop = () => {
    server.off('exit', endWithRedis);
    // There is nothing to save, and only SIGKILL ends a server that SIGSTOP holds.
    server.kill('SIGKILL');
  };
  process.once('exit', stop);
  const pid = await pidOf(server);
  if (!(await isReady(server))) {
    process.off('exit', stop);
    return undefined;
  }
  server.once('exit', endWithRedis);
  return { url: `redis://127.0.0.1:${port}`, pid, stop };
}

/** Ends the app, because nothing would start its Redis again. */
function endWithRedis(): void {
  console.error('The Redis server of the app has ended, and all sessions with it.');
  process.exit(1);
}

type RedisServer = ChildProcessByStdio<null, Readable, null>;

const optionsFor = (port: number): string[] => [
  ...['--port', String(port)],
  ...['--bind', '127.0.0.1'],
  ...['--save', ''],
  ...['--appendonly', 'no'],
];

async function pidOf(server: RedisServer): Promise<number> {
  try {
    await once(server, 'spawn');
  } catch (error) {
    throw new StartupError(
      `Cannot start a Redis for the app: redis-server ${reason(error)}. Install redis-server, or set --redis-url to a Redis.`,
    );
  }
  return Number(server.pid);
}

/** Returns true once the server accepts connections, and false if it ends before that. */
async function isReady({ stdout }: RedisServer): Promise<boolean> {
  let ready = false;
  for await (const line of createInterface(stdout)) {
    ready = line.includes('Ready to accept connections');
    if (ready) break;
  }
  // The loop has paused the stream. A full pipe would block the server.
  stdout.resume();
  return ready;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
