import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { reason } from '../reason.ts';
import { StartupError } from './startup-error.ts';

const STOP_TIMEOUT_MS = 5000;

/**
 * An HTTP server that stops as soon as its open requests have ended. By itself, Node keeps each connection open for a
 * second after its last response, and waits for connections without a request, which browsers open in advance.
 */
export class HttpServer {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly #openResponses = new Set<ServerResponse>();

  /** @throws StartupError if the port is not available. */
  static async listen(app: RequestListener, port: number): Promise<HttpServer> {
    const server = new HttpServer(app);
    server.#server.listen(port);
    try {
      await once(server.#server, 'listening');
    } catch (error) {
      throw new StartupError(
        `Cannot listen on port ${port}: ${reason(error)}. Set PORT to another port, or to 0 for any free one.`,
      );
    }
    return server;
  }

  private constructor(app: RequestListener) {
    this.#server = createServer(app);
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#server.prependListener('request', (_request, response) => {
      this.#openResponses.add(response);
      response.once('close', () => this.#openResponses.delete(response));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Serves only one request on each connection. */
  closeAfterEachRequest(): void {
    this.#server.maxRequestsPerSocket = 1;
  }

  /** Accepts no more requests, finishes the open ones, and cuts off those that take longer than `timeoutMs`. */
  async stop(timeoutMs: number = STOP_TIMEOUT_MS): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    const busy = new Set<Socket>();
    for (const response of this.#openResponses) {
      busy.add(response.req.socket);
      closeAfter(response);
    }
    for (const socket of this.#connections) if (!busy.has(socket)) socket.destroySoon();
    const timer = setTimeout(() => this.#server.closeAllConnections(), timeoutMs);
    await closed;
    clearTimeout(timer);
  }
}

/** Closes the connection of a response when the response has ended. */
function closeAfter(response: ServerResponse): void {
  const { socket } = response.req;
  if (response.headersSent) response.once('close', () => socket.destroySoon());
  else response.setHeader('Connection', 'close');
}
