import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Raw } from './commands.ts';

/** What the results depend on besides the code. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
  redisServer: string;
  /** The packages that take part, by name. */
  packages: Record<string, string>;
}

/** How busy the machine was in the last minute, the bench included: how many processes wanted a core. */
export function currentLoad(): number {
  return loadavg()[0] ?? Number.NaN;
}

export async function describeMachine(raw: Raw): Promise<Machine> {
  const cores = cpus();
  const info = String(await raw('INFO', 'server'));
  return {
    cpu: cores[0]?.model.trim() || 'unknown',
    cores: cores.length,
    node: process.version,
    redisServer: /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown',
    packages: await pinnedPackages(),
  };
}

/** Every version is pinned in package.json, and some packages let nobody read their own. */
async function pinnedPackages(): Promise<Record<string, string>> {
  const file = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(file);
  const pinned = Object.entries(dependencies).filter(([, version]) => /\d/.test(version));
  return Object.fromEntries(
    pinned.map(([name, version]) => /^npm:(.+)@(.+)$/.exec(version)?.slice(1) ?? [name, version]),
  );
}
