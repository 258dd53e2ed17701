import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type RedisProxy, startRedisProxy } from './proxy.ts';

const run = promisify(execFile);

/** A machine of a {@link Network}. */
export interface Machine {
  /** The address on which its servers listen. */
  readonly host: string;
  /** Returns the command that runs a program on this machine. */
  command(program: string, args: string[]): [program: string, args: string[]];
  /** Makes a port known to the network. Returns the number by which clients and other machines reach it. */
  open(port: number): Promise<number>;
  /** Cuts its link: packets vanish, and no connection is closed or refused. */
  cut(): Promise<void>;
  /** Undoes {@link cut}. What TCP still has to deliver arrives. */
  heal(): Promise<void>;
}

/** Machines that reach each other, and that this process reaches. */
export interface Network {
  /**
   * Namespaces of Linux, one for each machine. Elsewhere, proxies that hold back what is sent to a machine. Unlike a link that is
   * cut, a proxy accepts new connections, and lets the machine's own servers talk over connections that they opened.
   */
  readonly kind: 'namespaces' | 'proxies';
  readonly machines: readonly Machine[];
  stop(): Promise<void>;
}

/**
 * Starts a network: of namespaces if this process may create them, as root on Linux may, otherwise of proxies.
 * @param kind the environment variable `HOLDFAST_TEST_NETWORK` can ask for proxies, too.
 */
export async function startNetwork(
  machineCount: number,
  kind: string | undefined = process.env.HOLDFAST_TEST_NETWORK,
): Promise<Network> {
  if (kind === 'proxies') return new Proxies(machineCount);
  const namespaces = new Namespaces();
  try {
    return await namespaces.start(machineCount);
  } catch {
    await namespaces.stop();
    return new Proxies(machineCount);
  }
}

let networks = 0;

class Namespaces implements Network {
  readonly kind = 'namespaces';
  readonly machines: Machine[] = [];
  /** Unique on this computer, and short, because the name of an interface has at most 15 characters. */
  readonly #name = `hf${process.pid}-${networks++}`;
  readonly #bridge = `${this.#name}b`;
  /** In the range that RFC 2544 reserves for benchmarks of networks. */
  readonly #subnet = `198.${18 + (process.pid % 2)}.${((process.pid >> 1) + networks) % 256}`;
  readonly #undo: string[][] = [];

  async start(machineCount: number): Promise<this> {
    await run('ip', ['link', 'add', this.#bridge, 'type', 'bridge']);
    this.#undo.push(['link', 'delete', this.#bridge]);
    await run('ip', ['address', 'add', `${this.#subnet}.254/24`, 'dev', this.#bridge]);
    await run('ip', ['link', 'set', this.#bridge, 'up']);
    for (let number = 1; number <= machineCount; number++) {
      this.machines.push(await this.#addMachine(number));
    }
    return this;
  }

  async stop(): Promise<void> {
    for (const args of this.#undo.reverse()) await run('ip', args);
  }

  async #addMachine(number: number): Promise<Machine> {
    const host = `${this.#subnet}.${number}`;
    const namespace = `${this.#name}m${number}`;
    const link = `${this.#name}l${number}`;
    const address = `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
    await run('ip', ['netns', 'add', namespace]);
    this.#undo.push(['netns', 'delete', namespace]);
    const peer = ['peer', 'name', 'eth0', 'address', address, 'netns', namespace];
    await run('ip', ['link', 'add', link, 'type', 'veth', ...peer]);
    await run('ip', ['-n', namespace, 'address', 'add', `${host}/24`, 'dev', 'eth0']);
    for (const own of ['lo', 'eth0']) await run('ip', ['-n', namespace, 'link', 'set', own, 'up']);
    await run('ip', ['link', 'set', link, 'master', this.#bridge, 'up']);
    // Otherwise the kernel finds out by ARP that the machine is away, and refuses new connections after three seconds.
    const neighbor = [host, 'lladdr', address, 'dev', this.#bridge, 'nud', 'permanent'];
    await run('ip', ['neighbor', 'replace', ...neighbor]);
    const set = async (state: 'up' | 'down') =>
      void (await run('ip', ['link', 'set', link, state]));
    return {
      host,
      command: (program, args) => ['ip', ['netns', 'exec', namespace, program, ...args]],
      open: async (port) => port,
      cut: () => set('down'),
      heal: () => set('up'),
    };
  }
}

class Proxies implements Network {
  readonly kind = 'proxies';
  readonly machines: readonly Machine[];
  readonly #proxies: RedisProxy[] = [];

  constructor(machineCount: number) {
    this.machines = Array.from({ length: machineCount }, () => this.#machine());
  }

  async stop(): Promise<void> {
    for (const proxy of this.#proxies) await proxy.cut();
  }

  #machine(): Machine {
    const own: RedisProxy[] = [];
    const open = async (port: number) => {
      const proxy = await startRedisProxy(`redis://127.0.0.1:${port}`);
      this.#proxies.push(proxy);
      own.push(proxy);
      return Number(new URL(proxy.url).port);
    };
    return {
      host: '127.0.0.1',
      command: (program, args) => [program, args],
      open,
      async cut() {
        for (const proxy of own) proxy.isolate();
      },
      async heal() {
        for (const proxy of own) proxy.thaw();
      },
    };
  }
}

/** This computer, which has no link to cut. */
export const THIS_MACHINE: Omit<Machine, 'cut' | 'heal'> = {
  host: '127.0.0.1',
  command: (program, args) => [program, args],
  open: async (port) => port,
};
