import { parseArgs } from 'node:util';
import { type Effort, WORKLOADS } from './workloads.ts';

export interface Options extends Effort {
  help: boolean;
  workload: keyof typeof WORKLOADS;
  write: boolean;
  smoke: boolean;
}

export const USAGE = `Usage: pnpm bench [workload] [options]

Measures Holdfast beside what else there is and prints the results as Markdown. Workloads:

  caching             Holdfast with node-redis's clientSideCache and without
  concurrency         requests at the same time
  failover            a master of a cluster or of sentinels is killed, under each client
  reliability         what visitors see while Redis is away, with Holdfast and with connect-redis
  scale               1,000 to 1,000,000 sessions, alone and among a million other keys
  soak                visitors and faults for half an hour, and what the application holds before and after
  speed               operations of a store, and requests to Express, beside other stores and bare clients; the default
  tuning              settings of the clients, with Holdfast

  --rounds <number>   caching, concurrency, scale, speed, tuning: how many rounds count, after one for warming up; default 15,
                      for caching 5, for scale 3, for speed and tuning 7
  --seconds <number>  caching, concurrency, speed, tuning: how long each store runs in a round; default 0.5, for caching 0.1,
                      for speed 0.08, for tuning 0.06
  --minutes <number>  soak: how long the whole run takes; default 30
  --smoke             only to see whether it runs: little of everything
  --write             also write the results to docs/benchmarks, with their charts
  --help              print this
`;

/** A command line that makes no sense, in one line for the person who typed it. */
export class WrongUsage extends Error {}

/** @throws WrongUsage */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parsed(args);
  const { help = false, write = false, smoke = false, rounds, seconds, minutes } = values;
  if (write && smoke) throw new WrongUsage('A smoke run measures nothing worth a --write.');
  return {
    help,
    write,
    smoke,
    workload: workloadOf(positionals),
    rounds: aboveZero('rounds', rounds, Number.isSafeInteger),
    seconds: aboveZero('seconds', seconds, Number.isFinite),
    minutes: aboveZero('minutes', minutes, Number.isFinite),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        minutes: { type: 'string' },
        smoke: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function workloadOf([name = 'speed', ...more]: string[]): keyof typeof WORKLOADS {
  if (isWorkload(name) && more.length === 0) return name;
  const known = Object.keys(WORKLOADS).join(', ');
  throw new WrongUsage(`The workload must be one of ${known}, not ${[name, ...more].join(' ')}.`);
}

function isWorkload(name: string): name is keyof typeof WORKLOADS {
  return Object.hasOwn(WORKLOADS, name);
}

function aboveZero(
  name: string,
  text: string | undefined,
  isRight: (value: number) => boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (isRight(value) && value > 0) return value;
  const kind = isRight === Number.isSafeInteger ? 'a whole number' : 'a number';
  throw new WrongUsage(`--${name} must be ${kind} above zero, not ${JSON.stringify(text)}.`);
}
