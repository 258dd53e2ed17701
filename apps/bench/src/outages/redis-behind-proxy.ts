import {
  type RedisProcess,
  type RedisProxy,
  startRedisProxy,
  startServer,
} from '@holdfast/test-servers';

/** A redis-server that loses nothing when it is killed, and a proxy that can disturb connections to it. */
export interface RedisBehindProxy extends AsyncDisposable {
  server: RedisProcess;
  proxy: RedisProxy;
}

export async function startRedisBehindProxy(): Promise<RedisBehindProxy> {
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

export function urlOf({ port }: RedisProcess): string {
  return `redis://127.0.0.1:${port}`;
}
