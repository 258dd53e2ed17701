import type { Raw } from '../../redis/servers.ts';

/** A command, and for how long the server could run no other. */
export interface Slow {
  command: string;
  milliseconds: number;
}

/** A command in the reply to SLOWLOG GET. */
export type Entry = [
  id: number,
  time: number,
  microseconds: number,
  args: string[],
  ...more: unknown[],
];

const MOST_COMMANDS = '100000';
const LOG_ALL = { 'slowlog-max-len': MOST_COMMANDS, 'slowlog-log-slower-than': '0' };

/** Returns the slowest command that the server runs during the work. */
export async function slowestDuring(raw: Raw, work: () => Promise<unknown>): Promise<Slow> {
  const log = await withSettings(raw, LOG_ALL, async () => {
    await raw('SLOWLOG', 'RESET');
    await work();
    return (await raw('SLOWLOG', 'GET', MOST_COMMANDS)) as Entry[];
  });
  return slowestOf(log);
}

/** Ignores the commands that the measurement itself sends. */
export function slowestOf(log: readonly Entry[]): Slow {
  const commands = log.map(([, , microseconds, [command = '']]) => ({
    command: command.toUpperCase(),
    milliseconds: microseconds / 1000,
  }));
  const measured = commands.filter(({ command }) => command !== 'SLOWLOG' && command !== 'CONFIG');
  return measured.reduce((slowest, each) =>
    each.milliseconds > slowest.milliseconds ? each : slowest,
  );
}

/** Changes settings of the server for the work, and restores them afterward. */
async function withSettings<Result>(
  raw: Raw,
  settings: Record<string, string>,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = (await raw('CONFIG', 'GET', 'slowlog-*')) as string[];
  await raw('CONFIG', 'SET', ...Object.entries(settings).flat());
  try {
    return await work();
  } finally {
    await raw('CONFIG', 'SET', ...before);
  }
}
