import {
  type RedisProcess,
  type RedisProxy,
  startRedisProxy,
  startServer,
} from '@holdfast/test-servers';

/** A redis-server that loses nothing when it is killed, and a way to it that can be disturbed. */
export interface Way extends AsyncDisposable {
  server: RedisProcess;
  proxy: RedisProxy;
}

export async function startWay(): Promise<Way> {
  const server = await startServer('--appendonly', 'yes');
  const proxy = await startRedisProxy(urlOf(server));
  return {
    server,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy.cut();
      await server.stop();
    },
  };
}

export interface Fault {
  name: string;
  /** Where the application finds its Redis. The proxy is left out where it would change what a client sees. */
  url(way: Way): string;
  begin(way: Way): unknown;
  /** Absent: nothing hinders anybody any more as soon as it has begun. */
  end?(way: Way): unknown;
}

const SLOW_MS = 500;

export const FAULTS: Fault[] = [
  {
    name: 'server killed and started again',
    url: ({ server }) => urlOf(server),
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.restart(),
  },
  {
    name: 'server frozen',
    url: ({ server }) => urlOf(server),
    begin: ({ server }) => server.freeze(),
    end: ({ server }) => server.thaw(),
  },
  {
    name: 'connection half open',
    url: ({ proxy }) => proxy.url,
    begin({ proxy }) {
      for (const connection of proxy.connections()) connection.halfOpen();
    },
  },
  {
    name: 'replies late',
    url: ({ proxy }) => proxy.url,
    begin: ({ proxy }) => proxy.slow(SLOW_MS),
    end: ({ proxy }) => proxy.slow(0),
  },
];

function urlOf({ port }: RedisProcess): string {
  return `redis://127.0.0.1:${port}`;
}
