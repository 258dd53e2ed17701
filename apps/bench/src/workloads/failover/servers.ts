import { type RedisProcess, startCluster, startSentinels } from '@holdfast/test-servers';

/** What a cluster and a master with sentinels have in common. */
export interface Servers {
  ports: number[];
  /** The name by which the sentinels know the master. Empty for a cluster. */
  name: string;
  masterOf(key: string): Promise<RedisProcess>;
  /** Reads all keys from the masters that still run. */
  keys(): Promise<string[]>;
  stop(): Promise<void>;
}

export const START: Record<'cluster' | 'sentinels', () => Promise<Servers>> = {
  async cluster() {
    const { ports, masterOf, masters, stop } = await startCluster();
    const keys = async () => {
      const running = await masters();
      return (await Promise.all(running.map(({ connection }) => connection.keys('*')))).flat();
    };
    return { ports, name: '', masterOf, keys, stop };
  },
  async sentinels() {
    const { ports, name, master, raw, stop } = await startSentinels();
    const keys = async () => (await raw('KEYS', '*')) as string[];
    return { ports, name, masterOf: async () => master, keys, stop };
  },
};
