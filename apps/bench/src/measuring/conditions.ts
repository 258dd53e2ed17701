import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Raw } from '../redis/servers.ts';

/** What the results depend on, apart from the code. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
  /** Its name and version, such as `Valkey 9.1.2`. Absent if no server takes part. */
  server: string | undefined;
  /** The versions of the packages that take part, by name. */
  packages: Record<string, string>;
}

/** The circumstances of a run. */
export interface Conditions {
  machine: Machine;
  /** Before the run and after it. */
  load: [number, number];
  /** How long the whole run took. */
  tookSeconds: number;
}

/**
 * Does the work and adds its conditions to the results.
 * @param raw the server that takes part; undefined if there is none.
 * @param packages the dependencies in package.json that take part.
 */
export async function withConditions<Results>(
  raw: Raw | undefined,
  packages: readonly string[],
  work: () => Promise<Results>,
): Promise<Results & Conditions> {
  const start = performance.now();
  const loadBefore = currentLoad();
  const machine = await describeMachine(raw, packages);
  const results = await work();
  const tookSeconds = (performance.now() - start) / 1000;
  return { ...results, machine, load: [loadBefore, currentLoad()], tookSeconds };
}

/** Returns how many processes wanted a core in the last minute, the bench included. */
function currentLoad(): number {
  return loadavg()[0] ?? Number.NaN;
}

async function describeMachine(
  raw: Raw | undefined,
  packages: readonly string[],
): Promise<Machine> {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() || 'unknown',
    cores: cores.length,
    node: process.version,
    server: raw && serverOf(String(await raw('INFO', 'server'))),
    packages: await pinnedVersions(packages),
  };
}

/** Valkey gives `redis_version` for the sake of old clients: the version of Redis that it is compatible with. */
export function serverOf(info: string): string {
  const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
  const [, redis = 'of an unknown version'] = /^redis_version:(\S+)/m.exec(info) ?? [];
  return valkey === undefined ? `Redis ${redis}` : `Valkey ${valkey}`;
}

/** Reads the bench's own package.json, which pins every version, because some packages do not export theirs. */
async function pinnedVersions(names: readonly string[]): Promise<Record<string, string>> {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(file);
  const pinned = Object.entries(dependencies).filter(([name]) => names.includes(name));
  const versions: Record<string, string> = {};
  for (const [alias, specifier] of pinned) {
    const [name = alias, version = specifier] = /^npm:(.+)@(.+)$/.exec(specifier)?.slice(1) ?? [];
    versions[name] = [versions[name], version].filter(Boolean).join(' and ');
  }
  return versions;
}
