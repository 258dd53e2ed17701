import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Raw } from './raw.ts';

/** What the results depend on besides the code. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
  redisServer: string;
  /** The packages that take part, by name. */
  packages: Record<string, string>;
}

/** How a run went. */
export interface Circumstances {
  machine: Machine;
  /** Before the run and after it. */
  load: [number, number];
  /** How long the whole run took. */
  tookSeconds: number;
}

/**
 * Does the work, and answers its results with the circumstances that they depend on.
 * @param taking the packages of package.json that take part.
 */
export async function observed<Results>(
  raw: Raw,
  work: () => Promise<Results>,
  taking: readonly string[] = ['connect-redis-10', 'express-session', 'redis'],
): Promise<Results & Circumstances> {
  const start = performance.now();
  const loadBefore = currentLoad();
  const machine = await describeMachine(raw, taking);
  const results = await work();
  const tookSeconds = (performance.now() - start) / 1000;
  return { ...results, machine, load: [loadBefore, currentLoad()], tookSeconds };
}

/** How busy the machine was in the last minute, the bench included: how many processes wanted a core. */
function currentLoad(): number {
  return loadavg()[0] ?? Number.NaN;
}

async function describeMachine(raw: Raw, taking: readonly string[]): Promise<Machine> {
  const cores = cpus();
  const info = String(await raw('INFO', 'server'));
  return {
    cpu: cores[0]?.model.trim() || 'unknown',
    cores: cores.length,
    node: process.version,
    redisServer: /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown',
    packages: await pinnedPackages(taking),
  };
}

/** Every version is pinned in package.json, and some packages let nobody read their own. */
async function pinnedPackages(taking: readonly string[]): Promise<Record<string, string>> {
  const file = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(file);
  const pinned = Object.entries(dependencies).filter(([name]) => taking.includes(name));
  const packages: Record<string, string> = {};
  for (const [alias, specifier] of pinned) {
    const [name = alias, version = specifier] = /^npm:(.+)@(.+)$/.exec(specifier)?.slice(1) ?? [];
    packages[name] = [packages[name], version].filter(Boolean).join(' and ');
  }
  return packages;
}
