import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '@holdfast/test-servers';

/** Returns the port of the Redis that an app started, from what it printed, or undefined if it started none. */
export function redisPortOf(output: string): number | undefined {
  const [, port] = output.match(/redis:\/\/127\.0\.0\.1:(\d+), through/) ?? [];
  return port === undefined ? undefined : Number(port);
}

/** Tells whether a local port accepts connections. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Waits until nothing listens on the port. */
export function untilGone(port: number): Promise<void> {
  return until('Redis is gone', async () => !(await isListening(port)));
}

/** Ends the Redis on the port, as an operator would. */
export async function shutDown(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.resume().write('SHUTDOWN NOSAVE\r\n');
  await once(socket, 'close');
}
