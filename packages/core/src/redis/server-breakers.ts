import type { HoldfastError } from '../errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Masters } from './redis-like.ts';

/** What a command asks. */
export interface Target {
  /** The names of the servers that it needs. Empty: any server of a cluster. */
  readonly servers: readonly string[];
  /** One of its keys. Undefined if it has none. */
  readonly key: string | undefined;
}

/** The name of the only server, and of every master of a cluster that the client does not know. */
const UNNAMED = '';
const ONLY_ONE: readonly string[] = [UNNAMED];

/**
 * A circuit breaker for each server: for each master of a cluster, so that one that is away does not stop requests to the
 * others. A server has a breaker only while it fails, so servers that leave a cluster are forgotten.
 */
export class ServerBreakers {
  readonly #prefix: string;
  readonly #masters: Masters | undefined;
  readonly #probe: (target: Target) => Promise<unknown>;
  readonly #onOutage: (isUnavailable: boolean) => void;
  readonly #failing = new Map<string, CircuitBreaker>();
  #isOutage = false;
  #probes = 0;

  /**
   * @param prefix the prefix of every key that a probe may ask for.
   * @param masters of a cluster. Undefined: there is only one server.
   * @param probe reads the key of a target. Its outcome is reported as every command's is.
   * @param onOutage called with true when all servers are found to be unavailable, and with false when one is back.
   */
  constructor(
    prefix: string,
    masters: Masters | undefined,
    probe: (target: Target) => Promise<unknown>,
    onOutage: (isUnavailable: boolean) => void,
  ) {
    this.#prefix = prefix;
    this.#masters = masters;
    this.#probe = probe;
    this.#onOutage = onOutage;
  }

  /** Returns what a command with these keys asks if it is sent now. Without keys, it may ask any server. */
  targetOf(keys: readonly string[]): Target {
    return { servers: this.#serversOf(keys), key: keys[0] };
  }

  #serversOf(keys: readonly string[]): readonly string[] {
    const masters = this.#masters;
    if (masters === undefined) return ONLY_ONE;
    return [...new Set(keys.map((key) => masters.of(key) ?? UNNAMED))];
  }

  /** Returns the error for a command that needs a server that is unavailable. Undefined if there is none. */
  refuse({ servers, key }: Target): HoldfastError | undefined {
    if (this.#failing.size === 0) return undefined;
    const needed = servers.length === 0 ? [...this.#failing.keys()] : servers;
    const open = needed.find((server) => this.#isOpen(server));
    if (open === undefined) return undefined;
    // Of several keys, the first may be of another server.
    return this.#failing.get(open)?.refuse(servers.length === 1 ? key : undefined);
  }

  /** Reports that the servers of a command have answered. */
  succeeded({ servers }: Target): void {
    if (this.#failing.size === 0) return;
    for (const server of servers) {
      const breaker = this.#failing.get(server);
      this.#failing.delete(server);
      breaker?.succeeded();
    }
  }

  /** Reports that a command failed. If it needed several servers, none of them is blamed. */
  failed({ servers, key = this.#prefix }: Target, cause: unknown): void {
    const [server] = servers;
    if (server === undefined || servers.length > 1) return;
    this.#breakerOf(server, key).failed(cause);
  }

  #breakerOf(server: string, key: string): CircuitBreaker {
    const known = this.#failing.get(server);
    if (known !== undefined) return known;
    const breaker = new CircuitBreaker(
      key,
      (wanted) => this.#probe({ servers: [server], key: this.#keyToProbe(wanted) }),
      () => this.#onChange(),
    );
    this.#failing.set(server, breaker);
    return breaker;
  }

  /**
   * Returns the wanted key. If there is one server, alternates between it and others: with an adapter for a cluster that does
   * not tell its masters, the wanted key alone may be all that is unavailable.
   */
  #keyToProbe(wanted: string): string {
    this.#probes++;
    const isWanted = this.#masters !== undefined || this.#probes % 2 === 1;
    return isWanted ? wanted : `${this.#prefix}${this.#probes}`;
  }

  #onChange(): void {
    const all = this.#masters?.all() ?? [];
    const isOutage = (all.length > 0 ? all : ONLY_ONE).every((server) => this.#isOpen(server));
    if (isOutage === this.#isOutage) return;
    this.#isOutage = isOutage;
    this.#onOutage(isOutage);
  }

  #isOpen(server: string): boolean {
    return this.#failing.get(server)?.isOpen === true;
  }
}
