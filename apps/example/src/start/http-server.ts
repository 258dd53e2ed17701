import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reason } from '../reason.ts';
import { CannotStart } from './cannot-start.ts';

const PATIENCE_MS = 5000;

/** @throws CannotStart where the port cannot be had. */
export async function startServer(app: RequestListener, port: number): Promise<Server> {
  const server = createServer(app).listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new CannotStart(
      `Cannot listen on port ${port}: ${reason(error)}. Set PORT to another one, or to 0 for any.`,
    );
  }
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Accepts no more requests, finishes those under way, and cuts off those that take too long. */
export async function stopServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  // A browser would else hold its connection after its last answer.
  server.keepAliveTimeout = 1;
  server.close();
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
  await closed;
}
