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
 * Returns how many commands a client sent. INFO also counts those that scripts run: PTTL, ZADD, and PEXPIRE together; SET and UNLINK
 * together; or GET or GETRANGE, and then SET if it stores, or GET after a GETRANGE that finds another text.
 */
export function sentOf(commands: Commands): number {
  const calls = (name: string) => commands.get(name) ?? 0;
  const ran = [...commands.values()].reduce((sum, count) => sum + count, 0);
  const ofEntries = calls('pttl');
  const scripts = calls('evalsha') + calls('eval') - ofEntries;
  const sets = Math.min(scripts, calls('set'));
  const ranges = Math.min(scripts, calls('getrange'));
  const gets = Math.min(scripts - ranges + (scripts - sets), calls('get'));
  const unlinks = Math.min(Math.max(scripts - ranges - gets, 0), calls('unlink'));
  const entries = ofEntries + calls('zadd') + Math.min(ofEntries, calls('pexpire'));
  return ran - entries - sets - ranges - gets - unlinks;
}

async function commandStats(raw: Raw): Promise<Commands> {
  const info = String(await raw('INFO', 'commandstats'));
  const lines = info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
  return new Map(Array.from(lines, ([, name = '', calls]) => [name, Number(calls)]));
}
