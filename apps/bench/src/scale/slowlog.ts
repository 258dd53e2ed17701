import type { Raw } from '../raw.ts';

/** A command that kept the server from everybody else. */
export interface Slow {
  command: string;
  milliseconds: number;
}

/** What SLOWLOG GET answers for a command. */
type Entry = [id: number, time: number, microseconds: number, args: string[], ...more: unknown[]];

const MOST_COMMANDS = '100000';
/** Everything is written down while the work is done. */
const LOG_ALL = { 'slowlog-max-len': MOST_COMMANDS, 'slowlog-log-slower-than': '0' };

/** The slowest of the commands that the server ran while the work was done. */
export async function slowestDuring(raw: Raw, work: () => Promise<unknown>): Promise<Slow> {
  const log = await withSettings(raw, LOG_ALL, async () => {
    await raw('SLOWLOG', 'RESET');
    await work();
    return (await raw('SLOWLOG', 'GET', MOST_COMMANDS)) as Entry[];
  });
  const slow = log.map(([, , microseconds, [command = '']]) => ({
    command: command.toUpperCase(),
    milliseconds: microseconds / 1000,
  }));
  const measured = slow.filter(({ command }) => command !== 'SLOWLOG' && command !== 'CONFIG');
  return measured.reduce((slowest, each) =>
    each.milliseconds > slowest.milliseconds ? each : slowest,
  );
}

/** Does the work with other settings of the server, and brings back those that it had. */
async function withSettings<Answer>(
  raw: Raw,
  settings: Record<string, string>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const before = (await raw('CONFIG', 'GET', 'slowlog-*')) as string[];
  await raw('CONFIG', 'SET', ...Object.entries(settings).flat());
  try {
    return await work();
  } finally {
    await raw('CONFIG', 'SET', ...before);
  }
}
