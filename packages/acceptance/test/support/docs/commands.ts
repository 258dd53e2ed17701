import { once } from 'node:events';
import { type RedisProcess, until } from '@holdfast/test-servers';
import type { Redis } from 'ioredis';

/** Records the commands that clients send to a server, as its MONITOR reports them, without what scripts run. */
export class Recorder {
  readonly #connection: Redis;
  readonly #monitor: Redis;
  readonly #commands: string[][] = [];
  #marks = 0;

  private constructor(connection: Redis, monitor: Redis) {
    this.#connection = connection;
    this.#monitor = monitor;
    monitor.on('monitor', (_time, command: string[], source: string) => {
      if (source !== 'lua') this.#commands.push(command.map(unescaped));
    });
  }

  static async on({ connection }: RedisProcess): Promise<Recorder> {
    return new Recorder(connection, await connection.duplicate().monitor());
  }

  async stop(): Promise<void> {
    const ended = once(this.#monitor, 'end');
    this.#monitor.disconnect();
    await ended;
  }

  /** The commands that some work sends, in their order. */
  async during(work: () => Promise<unknown>): Promise<string[][]> {
    const start = await this.#mark();
    await work();
    const end = await this.#mark();
    return this.#commands.slice(start + 1, end);
  }

  /** @returns the place of a command that was sent just now. */
  async #mark(): Promise<number> {
    const mark = `mark ${++this.#marks}`;
    const place = () => this.#commands.findIndex(([, text]) => text === mark);
    await this.#connection.echo(mark);
    await until(`MONITOR reports ${mark}`, () => place() >= 0);
    return place();
  }
}

/** ioredis leaves the white space of MONITOR as it is escaped there. */
function unescaped(arg: string): string {
  return arg.replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\t', '\t');
}

/** Commands as a reader would type them, one a line, with moments and remaining times as round examples. */
export function readable(commands: readonly string[][]): string {
  const lines = commands.map(([name = '', ...args]) =>
    [name.toUpperCase(), ...args.map(exampleOf).map(quoted)].join(' '),
  );
  return abridged(lines).join('');
}

/** Any moment of these years, in milliseconds. */
const MOMENT = /^[12]\d{12}$/;
const EXAMPLE_MOMENT = '1893456000000';

/** A remaining time of some hours, which was a round number some milliseconds ago. */
const REMAINING = /^\d{7,9}$/;

/** What each write puts at the end of its text. */
const STAMP = /\r\r\t\n[ \t\n\r]{20}$/;

function exampleOf(arg: string): string {
  if (STAMP.test(arg)) return arg.replace(STAMP, '<stamp>');
  if (MOMENT.test(arg)) return EXAMPLE_MOMENT;
  return REMAINING.test(arg) ? String(Math.ceil(Number(arg) / 1000) * 1000) : arg;
}

function quoted(arg: string): string {
  return /^[\w:*[\].+-]+$/.test(arg) ? arg : `'${arg}'`;
}

/** How many lines of one command in a row are shown. */
const SHOWN_IN_A_ROW = 3;

/** Returns the name of a command, and of its script. */
function nameOf(line: string): string {
  const [command, script] = line.split(' ');
  return command === 'EVALSHA' ? `${command} ${script}` : String(command);
}

/** Leaves out the middle of a long row of the same command. */
function abridged(lines: readonly string[]): string[] {
  const rows: string[][] = [];
  for (const line of lines) {
    const row = rows.at(-1);
    if (row?.[0] !== undefined && nameOf(row[0]) === nameOf(line)) row.push(line);
    else rows.push([line]);
  }
  return rows.flatMap((row) => {
    const rest = row.length - 2;
    const shown = row.length > SHOWN_IN_A_ROW ? [row[0], `… ${rest} more`, row.at(-1)] : row;
    return shown.map((line) => `${line}\n`);
  });
}
