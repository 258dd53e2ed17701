import type { Raw } from './raw.ts';

/** How often each command ran, by its name. */
export type Commands = Map<string, number>;

/**
 * What the server ran while the work was done, as INFO commandstats counts it, which includes what scripts ran.
 */
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
 * How many commands a client sent. A script of Holdfast runs one GET, and a SET where it stores; the server counts
 * those too, though nobody sent them.
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
