import { startCluster, type TestCluster } from './cluster.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { startSentinels, type TestSentinels } from './sentinels.ts';

/** Where a process of a cluster or of sentinels listens. */
export interface Address {
  host: string;
  port: number;
}

/** A client that a test opened. */
interface Opened<Redis> {
  redis: Redis;
  /** Closes the client. */
  close(): Promise<unknown>;
}

/** What a factory of `@holdfast/conformance` resolves to. */
interface Subject<Redis> {
  redis: Redis;
  raw: TestRedis['raw'];
  keyPrefix: string;
  close(): Promise<void>;
}

type Factory<Redis> = () => Promise<Subject<Redis>>;

/**
 * Servers that the tests of one file share. Each starts when a test first needs it. A test that kills a server, or moves
 * slots, starts one of its own.
 */
export class SharedServers {
  #redis: Promise<TestRedis> | undefined;
  #cluster: Promise<TestCluster> | undefined;
  #sentinels: Promise<TestSentinels> | undefined;

  redis(): Promise<TestRedis> {
    this.#redis ??= startRedis();
    return this.#redis;
  }

  cluster(): Promise<TestCluster> {
    this.#cluster ??= startCluster({ isSteady: true });
    return this.#cluster;
  }

  sentinels(): Promise<TestSentinels> {
    this.#sentinels ??= startSentinels({ isSteady: true });
    return this.#sentinels;
  }

  /** Returns a factory for the client that `open` connects to the URL of the single server. */
  onServer<Redis>(
    open: (url: string) => Promise<Opened<Redis>>,
    keyPrefix: string = '',
  ): Factory<Redis> {
    return async () => {
      const server = await this.redis();
      return subject(server, await open(server.url), keyPrefix);
    };
  }

  /** Returns a factory for the client that `open` connects to the masters of the cluster. */
  onCluster<Redis>(
    open: (masters: Address[]) => Promise<Opened<Redis>>,
    keyPrefix: string = '',
  ): Factory<Redis> {
    return async () => {
      const server = await this.cluster();
      return subject(server, await open(addresses(server.ports)), keyPrefix);
    };
  }

  /** Returns a factory for the client that `open` connects, through the sentinels, to the master of this name. */
  onSentinels<Redis>(
    open: (name: string, sentinels: Address[]) => Promise<Opened<Redis>>,
  ): Factory<Redis> {
    return async () => {
      const server = await this.sentinels();
      return subject(server, await open(server.name, addresses(server.ports)), '');
    };
  }

  /** Stops those that were started. */
  async stop(): Promise<void> {
    const servers = await Promise.all([this.#redis, this.#cluster, this.#sentinels]);
    await Promise.all(servers.map((server) => server?.stop()));
  }
}

function subject<Redis>(
  { raw }: Pick<TestRedis, 'raw'>,
  { redis, close }: Opened<Redis>,
  keyPrefix: string,
): Subject<Redis> {
  return { redis, raw, keyPrefix, close: async () => void (await close()) };
}

function addresses(ports: number[]): Address[] {
  return ports.map((port) => ({ host: '127.0.0.1', port }));
}
