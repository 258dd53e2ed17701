import { startCluster } from './cluster.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { startSentinels } from './sentinels.ts';

/** What a test makes of a server that was started for it. */
interface Opened<Redis> {
  redis: Redis;
  /** Closes the client. */
  close(): Promise<unknown>;
}

/** What `@holdfast/conformance` takes from a factory. */
interface Subject<Redis> {
  redis: Redis;
  raw: TestRedis['raw'];
  keyPrefix: string;
  close(): Promise<void>;
}

type Factory<Redis> = () => Promise<Subject<Redis>>;

/** Where a cluster's or sentinel's process listens. */
export interface Address {
  host: string;
  port: number;
}

/** A factory that starts one server, for the client that `open` connects to its URL. */
export function onServer<Redis>(
  open: (url: string) => Promise<Opened<Redis>>,
  keyPrefix = '',
): Factory<Redis> {
  return factory(startRedis, ({ url }) => open(url), keyPrefix);
}

/** The same with a cluster, for the client that `open` connects to the masters. */
export function onCluster<Redis>(
  open: (masters: Address[]) => Promise<Opened<Redis>>,
  keyPrefix = '',
): Factory<Redis> {
  return factory(startCluster, ({ ports }) => open(addresses(ports)), keyPrefix);
}

/** The same with sentinels, for the client that `open` connects to the master of this name. */
export function onSentinels<Redis>(
  open: (name: string, sentinels: Address[]) => Promise<Opened<Redis>>,
): Factory<Redis> {
  return factory(startSentinels, ({ name, ports }) => open(name, addresses(ports)), '');
}

function factory<Server extends Omit<TestRedis, 'url'>, Redis>(
  start: () => Promise<Server>,
  open: (server: Server) => Promise<Opened<Redis>>,
  keyPrefix: string,
): Factory<Redis> {
  return async () => {
    const server = await start();
    const { redis, close } = await open(server);
    const closeBoth = async () => {
      await close();
      await server.stop();
    };
    return { redis, raw: server.raw, keyPrefix, close: closeBoth };
  };
}

function addresses(ports: number[]): Address[] {
  return ports.map((port) => ({ host: '127.0.0.1', port }));
}
