import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { ProxiedConnection } from './proxied-connection.ts';

/** A proxy to a Redis that a test can cut and disturb. */
export interface RedisProxy {
  url: string;
  /** Returns the open connections, oldest first. */
  connections(): ProxiedConnection[];
  /** Closes all connections, and refuses new ones. */
  cut(): Promise<void>;
  /** Undoes {@link cut}, at the same address. */
  restore(): Promise<void>;
  /** Passes on nothing more on the open connections, as if Redis had stopped in the middle. */
  freeze(): void;
  /** Does the same on new connections, too, as if the link to Redis were cut. */
  isolate(): void;
  /** Undoes {@link freeze} and {@link isolate}: what was held back arrives. */
  thaw(): void;
  /** Delays replies by so many milliseconds from now on, on open and on new connections. `0` ends the delay. */
  slow(ms: number): void;
  /** Moves Redis so many milliseconds away: delays everything, in each direction, on open and on new connections. */
  moveAway(ms: number): void;
}

export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const target = new URL(redisUrl);
  const connections = new Set<ProxiedConnection>();
  let requestDelayMs = 0;
  let replyDelayMs = 0;
  let isIsolated = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port || 6379), target.hostname);
    const connection = new ProxiedConnection(near, far);
    connection.requests.delay(requestDelayMs);
    connection.replies.delay(replyDelayMs);
    if (isIsolated) connection.freeze();
    connections.add(connection);
    for (const socket of [near, far]) {
      socket.on('close', () => {
        if (near.closed && far.closed) connections.delete(connection);
      });
    }
  });

  function freeze(): void {
    for (const connection of connections) connection.freeze();
  }

  function delayReplies(ms: number): void {
    replyDelayMs = ms;
    for (const { replies } of connections) replies.delay(ms);
  }

  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  const port = await listen(0);
  const url = new URL(redisUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    connections: () => [...connections],
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections) connection.cut();
      await closed;
    },
    async restore() {
      await listen(port);
    },
    freeze,
    isolate() {
      isIsolated = true;
      freeze();
    },
    thaw() {
      isIsolated = false;
      for (const connection of connections) connection.thaw();
    },
    slow: delayReplies,
    moveAway(ms) {
      delayReplies(ms);
      requestDelayMs = ms;
      for (const { requests } of connections) requests.delay(ms);
    },
  };
}
