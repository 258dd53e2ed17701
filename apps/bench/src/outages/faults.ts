import { type RedisBehindProxy, urlOf } from './redis-behind-proxy.ts';

export interface Fault {
  name: string;
  /** Where the application connects. It bypasses the proxy if the proxy would change what a client sees. */
  url(redis: RedisBehindProxy): string;
  begin(redis: RedisBehindProxy): unknown;
  /** Absent if the fault affects only the connections that exist when it begins. */
  end?(redis: RedisBehindProxy): unknown;
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
