import type { Raw } from '../redis/servers.ts';

/** How often each command ran, by its name. */
export type Commands = Map<string, number>;

/** Counts the commands that the server runs during the work. INFO commandstats also counts what scripts run. */
export async function commandsDuring(raw: Raw, work: () => Promise<unknown>): Promise<Commands> {
  const before = await commandStats(raw);
  await work();
  const after = await commandStats(raw);
  const ran = [...after].map(([name, calls]): [string, number] => [
    name,
    calls - (before.get(name) ?? 0),
  ]);
  return new Map(ran.filter(([name, calls]) => calls > 0 && name !== 'info'));
}

/**
 * Returns how many commands a client sent. A script of Holdfast runs one GET, and one SET if it stores. The server
 * counts those too, although no client sent them.
 */
export function sentOf(commands: Commands): number {
  const calls = (name: string) => commands.get(name) ?? 0;
  const scripts = calls('evalsha') + calls('eval');
  const ran = [...commands.values()].reduce((sum, count) => sum + count, 0);
  return ran - Math.min(scripts, calls('get')) - Math.min(scripts, calls('set'));
}

async function commandStats(raw: Raw): Promise<Commands> {
  const info = String(await raw('INFO', 'commandstats'));
  const lines = info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
  return new Map(Array.from(lines, ([, name = '', calls]) => [name, Number(calls)]));
}
