import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a Redis that a test can cut, whoever runs the Redis. */
export interface RedisProxy {
  url: string;
  /** Ends all connections, and refuses new ones. */
  cut(): Promise<void>;
  /** Undoes {@link cut}, at the same address. */
  restore(): Promise<void>;
  /** Lets nothing more through on the connections that there are, as if the Redis had stopped in the middle. */
  freeze(): void;
  /** Undoes {@link freeze}: what was held back arrives. */
  thaw(): void;
}

export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const target = new URL(redisUrl);
  const pairs = new Set<[near: Socket, far: Socket]>();
  const server = createServer((near) => {
    const far = connect(Number(target.port || 6379), target.hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const socket of pair) {
      // Its close follows, and is what counts.
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });

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
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of [...pairs].flat()) socket.destroy();
      await closed;
    },
    async restore() {
      await listen(port);
    },
    freeze() {
      for (const socket of [...pairs].flat()) socket.unpipe();
    },
    thaw() {
      for (const [near, far] of pairs) near.pipe(far).pipe(near);
    },
  };
}
